/** What brought somebody to a sign-in page, by the word of its address; the same on both surfaces. */

export type SignInNotice = { tone: 'good' | 'wait'; words: string }

export const SIGN_IN_NOTICES = new Map<string, SignInNotice>([
  ['password-changed', { tone: 'good', words: 'Your password was changed. Sign in with it.' }],
  ['signed-out-everywhere', { tone: 'good', words: 'You are signed out everywhere.' }],
  ['unsent', { tone: 'wait', words: 'You are signed out, so what you sent was not taken. Sign in, and send it again.' }],
])
