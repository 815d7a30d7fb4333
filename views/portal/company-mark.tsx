import type { Logo } from '#src/logo.ts'
import { initialsOf } from '#views/components/initials.ts'
import { logoPath, namesItself } from '#views/logo.ts'

/** The company's sign: its logo, or two letters on the brand colour, with its name unless the logo holds it. */
export const CompanyMark = ({ name, logo }: { name: string; logo: Logo | null }) => {
  if (!logo) {
    return (
      <>
        <span class="monogram" aria-hidden="true">
          {initialsOf(name)}
        </span>
        <span>{name}</span>
      </>
    )
  }
  const alone = namesItself(logo)
  return (
    <>
      <img class={alone ? 'logo wide' : 'logo'} src={logoPath(logo)} alt={alone ? name : ''} width={logo.width} height={logo.height} />
      {!alone && <span>{name}</span>}
    </>
  )
}
