declare module 'csv-spectrum' {
  /** The cases: a file each, and what its rows are. */
  export default function spectrum(done: (error: Error | null, cases: { name: string; csv: Buffer; json: Buffer }[]) => void): void
}
