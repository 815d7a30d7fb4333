import type { MailKind, outbox } from '#src/db/schema/outbox.ts'
import type { Env } from '#src/env.ts'
import { accessGivenLetter } from '#views/mail/access-given.tsx'
import { domainLetter } from '#views/mail/domain.tsx'
import { invitationLetter } from '#views/mail/invitation.tsx'
import { type Letter, LetterMail, letterText } from '#views/mail/letter.tsx'
import { plainName } from '#views/mail/names.ts'
import { passwordChangedLetter } from '#views/mail/password-changed.tsx'
import { passwordResetLetter } from '#views/mail/password-reset.tsx'
import { returnLetter, staffReturnLetter } from '#views/mail/return.tsx'
import { membershipGivenLetter, staffInvitationLetter, staffPasswordChangedLetter, staffPasswordResetLetter } from '#views/mail/staff.tsx'
import { linkToken, setPasswordLink } from './links.ts'
import type { StoredData } from './outbox.ts'

export type Mail = { from: string; to: string; replyTo?: string; subject: string; text: string; html: string }
export type StoredMail = Pick<typeof outbox.$inferSelect, 'tenantId' | 'id' | 'kind' | 'toEmail' | 'data' | 'templateVersion' | 'keyId'>

/** A row of a template that this release no longer has. */
export class UnknownTemplate extends Error {}

/**
 * What a row says, as it is sent. Made of the row and the secret that it names, of nothing else: the same bytes each time.
 * @throws UnknownTemplate, UnknownLinkKey, MissingSetting
 */
export const renderMail = async (env: Env, row: StoredMail): Promise<Mail> => {
  const { letter, sender, replyTo } = await written(env, row)
  const html = await (<LetterMail letter={letter} />).toString()
  return {
    from: mailbox(letter.sender, sender),
    to: row.toEmail,
    ...(replyTo && { replyTo }),
    subject: plainName(letter.subject),
    text: letterText(letter),
    html: `<!DOCTYPE html>${html}`,
  }
}

const written = async (env: Env, row: StoredMail): Promise<{ letter: Letter; sender: string; replyTo: string }> => {
  switch (`${row.kind}/${row.templateVersion}`) {
    case 'invitation/1': {
      const data = dataOf<'invitation'>(row)
      const link = setPasswordLink(data.address, await linkToken(env, 'invitation', row.tenantId, row.id, row.keyId))
      return { letter: invitationLetter(data, link), sender: data.sender, replyTo: data.replyTo || data.contact.email }
    }
    case 'access-given/1': {
      const data = dataOf<'access-given'>(row)
      return { letter: accessGivenLetter(data), sender: data.sender, replyTo: data.replyTo || data.contact.email }
    }
    case 'password-reset/1': {
      const data = dataOf<'password-reset'>(row)
      const link = setPasswordLink(data.address, await linkToken(env, 'password-reset', row.tenantId, row.id, row.keyId))
      return { letter: passwordResetLetter(data, link), sender: data.sender, replyTo: data.replyTo || data.contact.email }
    }
    case 'password-changed/1': {
      const data = dataOf<'password-changed'>(row)
      return { letter: passwordChangedLetter(data), sender: data.sender, replyTo: data.replyTo || data.contact.email }
    }
    case 'staff-invitation/1': {
      const data = dataOf<'staff-invitation'>(row)
      const link = setPasswordLink(data.address, await linkToken(env, 'staff-invitation', row.tenantId, row.id, row.keyId))
      return { letter: staffInvitationLetter(data, link), sender: data.sender, replyTo: '' }
    }
    case 'staff-membership-given/1':
      return { letter: membershipGivenLetter(dataOf<'staff-membership-given'>(row)), sender: dataOf<'staff-membership-given'>(row).sender, replyTo: '' }
    case 'staff-password-reset/1': {
      const data = dataOf<'staff-password-reset'>(row)
      const link = setPasswordLink(data.address, await linkToken(env, 'staff-password-reset', row.tenantId, row.id, row.keyId))
      return { letter: staffPasswordResetLetter(data, link), sender: data.sender, replyTo: '' }
    }
    case 'staff-password-changed/1':
      return { letter: staffPasswordChangedLetter(dataOf<'staff-password-changed'>(row)), sender: dataOf<'staff-password-changed'>(row).sender, replyTo: '' }
    case 'domain-changed/1':
      return { letter: domainLetter(dataOf<'domain-changed'>(row)), sender: dataOf<'domain-changed'>(row).sender, replyTo: '' }
    case 'return-changed/1': {
      const data = dataOf<'return-changed'>(row)
      return { letter: returnLetter(data), sender: data.sender, replyTo: data.replyTo || data.contact.email }
    }
    case 'staff-return/1':
      return { letter: staffReturnLetter(dataOf<'staff-return'>(row)), sender: dataOf<'staff-return'>(row).sender, replyTo: '' }
    default:
      throw new UnknownTemplate(`no template for ${row.kind} in version ${row.templateVersion}`)
  }
}

// Written by mailRow alone, in the shape that kind and version stand for.
const dataOf = <K extends MailKind>(row: StoredMail): StoredData<K> => JSON.parse(row.data) as StoredData<K>

/**
 * `"A name" <address>`, whatever stands in the name: quoted, and without the brackets that a hasty reader of the header
 * would take for another address.
 */
const mailbox = (name: string, address: string): string => {
  const plain = plainName(name.replace(/[<>]/g, ' '))
  return plain ? `"${plain.replace(/["\\]/g, '\\$&')}" <${address}>` : address
}
