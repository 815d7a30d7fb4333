import { initialsOf } from '#views/components/initials.ts'

/** The company's name with its sign: two letters on the brand colour. */
export const CompanyMark = ({ name }: { name: string }) => (
  <>
    <span class="monogram" aria-hidden="true">
      {initialsOf(name)}
    </span>
    <span>{name}</span>
  </>
)
