const COUNTRIES = new Intl.DisplayNames('en-GB', { type: 'region', fallback: 'none' })

/** "Porto, Portugal"; of a town and a country's two letters, either of which may be empty. */
export const placeName = ({ city, country }: { city: string; country: string }): string => [city, countryName(country)].filter(Boolean).join(', ')

const countryName = (code: string): string => (/^[A-Z]{2}$/.test(code) ? (COUNTRIES.of(code) ?? '') : '')
