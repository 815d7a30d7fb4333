/** An e-mail address as it is kept: trimmed, no-break and zero-width spaces too. */
export const trimmedEmail = (text: string): string => text.replace(/^[\s\u00a0\u200b\ufeff]+|[\s\u00a0\u200b\ufeff]+$/gu, '')

/** As it is compared: without regard to case; what stands before the @ is otherwise kept. */
export const emailKeyOf = (email: string): string => trimmedEmail(email).normalize('NFC').toLowerCase()

/** Whether mail could be sent there: one @, something before it, a host name with a dot after it. */
export const isEmail = (email: string): boolean =>
  email.length <= 254 && /^[^\s@<>(),;:"\\[\]]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u.test(email)
