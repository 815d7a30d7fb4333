/** A company's logo as rows, pages, mails and documents know it: a PNG in R2, under a name that each upload has of its own. */
export type Logo = { hash: string; width: number; height: number }

export const logoOf = (row: { logoHash: string | null; logoWidth: number | null; logoHeight: number | null }): Logo | null =>
  row.logoHash !== null && row.logoWidth !== null && row.logoHeight !== null ? { hash: row.logoHash, width: row.logoWidth, height: row.logoHeight } : null

/** Where R2 keeps it. */
export const logoKey = (tenantId: string, hash: string): string => `tenants/${tenantId}/logos/${hash}.png`
