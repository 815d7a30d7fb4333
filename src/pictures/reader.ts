/** Bytes read in order. Reading past their end says that the file is cut off. */
export class Reader {
  readonly bytes: Uint8Array
  at = 0
  readonly #view: DataView
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  get left(): number {
    return this.bytes.length - this.at
  }
  take(length: number): Uint8Array {
    if (length > this.left) throw new Error('it ends too early')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
  text(length: number): string {
    return String.fromCharCode(...this.take(length))
  }
  u8(): number {
    this.take(1)
    return this.#view.getUint8(this.at - 1)
  }
  u16(): number {
    this.take(2)
    return this.#view.getUint16(this.at - 2)
  }
  u32(littleEndian = false): number {
    this.take(4)
    return this.#view.getUint32(this.at - 4, littleEndian)
  }
}

export const joined = (parts: Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
