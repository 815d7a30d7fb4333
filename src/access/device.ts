import Bowser from 'bowser'

/** Where a session is: as much as a person needs to know their own again, and no more. */

export type Whereabouts = { device: string; city: string; country: string }

const DEVICE_LONGEST = 60
const CITY_LONGEST = 80
// What a browser can send is a few hundred characters; patterns need not be tried on more.
const AGENT_LONGEST = 500

/** Browser and system, such as "Firefox on Windows"; empty when neither is known. */
export const deviceOf = (userAgent: string | undefined): string => {
  if (!userAgent) return ''
  const { browser, os } = Bowser.parse(userAgent.slice(0, AGENT_LONGEST))
  const names = [browser.name, os.name].filter((name) => name !== undefined && name !== '')
  return names.join(' on ').slice(0, DEVICE_LONGEST)
}

/** A town, and a country's two letters, as the network tells them; either is empty when it is not known. */
export const placeOf = (cf: Record<string, unknown> | undefined): Pick<Whereabouts, 'city' | 'country'> => {
  const { city, country } = cf ?? {}
  return {
    city: typeof city === 'string' ? city.replace(/\p{Cc}/gu, '').slice(0, CITY_LONGEST) : '',
    // XX stands for unknown, T1 for a network that hides it.
    country: typeof country === 'string' && /^[A-Z]{2}$/.test(country) && country !== 'XX' ? country : '',
  }
}

export const whereaboutsOf = (request: Request): Whereabouts => ({
  device: deviceOf(request.headers.get('User-Agent') ?? undefined),
  ...placeOf(request.cf),
})
