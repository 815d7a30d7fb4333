/** Three, four, six or eight hex digits: CSS's own ways to write a colour in hex. */
const HEX = /^#?(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i

/**
 * A colour as somebody typed it, with or without `#`, in any case. What is see-through is laid over white.
 * @returns `#rrggbb` in lower case, undefined for anything that is no hex colour
 */
export const brandColourOf = (typed: string): string | undefined => {
  const text = typed.trim()
  if (!HEX.test(text)) return undefined
  const digits = text.replace('#', '').toLowerCase()
  const whole = digits.length <= 4 ? [...digits].map((digit) => digit + digit).join('') : digits
  const [red = 0, green = 0, blue = 0, alpha = 255] = (whole.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
  const overWhite = (channel: number) => Math.round(255 + ((channel - 255) * alpha) / 255)
  return `#${[red, green, blue].map((channel) => overWhite(channel).toString(16).padStart(2, '0')).join('')}`
}
