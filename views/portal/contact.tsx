/** How to reach the company: what is known of it, which may be nothing. */
export type Contact = { contactName: string; contactEmail: string; contactPhone: string }

export const hasContact = ({ contactName, contactEmail, contactPhone }: Contact): boolean => Boolean(contactName || contactEmail || contactPhone)

export const EmailLink = ({ email }: { email: string }) => <a href={`mailto:${encodeURIComponent(email).replace('%40', '@')}`}>{email}</a>

/** Telephone links hold digits alone; the page shows what was typed. */
export const PhoneLink = ({ phone }: { phone: string }) => <a href={`tel:${phone.replace(/[^\d+]/g, '')}`}>{phone}</a>
