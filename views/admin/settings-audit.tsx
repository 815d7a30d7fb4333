import type { AuditEntry } from '#src/activity/audit.ts'
import { Pager } from '#views/components/pager.tsx'
import { formatInstant } from '#views/format.ts'
import { EmptyCard } from './empty-card.tsx'
import type { StaffPageProps } from './layout.tsx'
import { storedLabel, storedValue } from './setting-words.ts'
import { SettingsFrame } from './settings-frame.tsx'

type AuditProps = StaffPageProps & { entries: AuditEntry[]; isFirstPage: boolean; next: string | undefined }

/** Settings → Audit: who changed what. Nothing here can be changed. */
export const SettingsAuditPage = ({ shell, link, entries, isFirstPage, next }: AuditProps) => (
  <SettingsFrame shell={shell} link={link} tab="audit">
    <div>
      <h1>Audit</h1>
      <p class="soft">Every change of the settings of {shell.company.name}. It can’t be changed or deleted.</p>
    </div>
    {entries.length === 0 ? (
      <EmptyCard icon="history" title={isFirstPage ? 'No change yet' : 'No more changes'}>
        <p>Who changed which setting, when, from what to what: it will be here.</p>
      </EmptyCard>
    ) : (
      <Changes shell={shell} entries={entries} />
    )}
    <Pager
      first={isFirstPage ? undefined : { href: link('/settings/audit'), label: 'First page' }}
      next={next === undefined ? undefined : { href: link(`/settings/audit?after=${next}`), label: 'Older changes' }}
    />
  </SettingsFrame>
)

const Changes = ({ shell, entries }: Pick<AuditProps, 'shell' | 'entries'>) => {
  const { locale, timeZone } = shell.company
  return (
    <section class="card audit">
      <ol>
        {entries.map(({ at, by, setting, before, after }) => (
          <li>
            <p>
              <b>{storedLabel(setting)}</b>
              <small>
                <time datetime={new Date(at).toISOString()}>{formatInstant(at, locale, timeZone)}</time> by {by}
              </small>
            </p>
            <dl>
              <div>
                <dt>From</dt>
                <dd>
                  <Value setting={setting} value={before} />
                </dd>
              </div>
              <div>
                <dt>To</dt>
                <dd>
                  <Value setting={setting} value={after} />
                </dd>
              </div>
            </dl>
          </li>
        ))}
      </ol>
    </section>
  )
}

const COLOUR = /^#[0-9a-f]{6}$/

const Value = ({ setting, value }: { setting: string; value: string }) => (
  <>
    {setting === 'brandColour' && COLOUR.test(value) && (
      <svg class="swatch" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <rect width="16" height="16" rx="4" fill={value} />
      </svg>
    )}
    {storedValue(setting, value)}
  </>
)
