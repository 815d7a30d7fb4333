import type { PdfOutcome } from '#src/documents/uploaded.ts'
import { Icon } from '#views/components/icon.tsx'
import { State, type Tone } from '#views/components/state.tsx'
import { Trail } from '#views/components/trail.tsx'
import { countOf } from '#views/format.ts'
import { StaffPage, type StaffPageProps } from './layout.tsx'

type ImportPdfsPageProps = StaffPageProps & {
  /** Why the files were not taken. */
  problem?: string
  /** What became of each of them. */
  outcomes?: PdfOutcome[]
  removed?: { number: string; isFound: boolean } | undefined
}

export const ImportPdfsPage = ({ shell, link, problem, outcomes, removed }: ImportPdfsPageProps) => (
  <StaffPage shell={shell} link={link} title="PDFs of invoices" current="imports">
    <Trail href={link('/imports')}>Imports</Trail>
    <div class="head">
      <div>
        <h1>PDFs of invoices</h1>
        <p class="soft">Your own PDF of an invoice is handed out to your client instead of the one that is drawn here.</p>
      </div>
    </div>
    {outcomes && <Outcomes outcomes={outcomes} />}
    <form class="card upload" method="post" action={link('/imports/pdfs')} enctype="multipart/form-data">
      <div class="body stack">
        <div class={problem ? 'field wrong' : 'field'}>
          <label for="pdfs">PDFs</label>
          <div class="drop">
            <Icon name="import" size={24} />
            <input
              id="pdfs"
              name="pdfs"
              type="file"
              multiple
              required
              accept=".pdf,.zip,application/pdf,application/zip"
              aria-describedby={problem ? 'pdfs-why pdfs-hint' : 'pdfs-hint'}
            />
            <small id="pdfs-hint">Each named by its invoice’s number, such as INV-20418.pdf; several files, or a ZIP of them. Up to 100, 32 MB in all.</small>
          </div>
          {problem && (
            <p class="why" id="pdfs-why" role="alert">
              {problem}
            </p>
          )}
        </div>
        <div>
          <button class="button main" type="submit">
            Upload
          </button>
        </div>
      </div>
    </form>
    <RemoveForm link={link} removed={removed} />
  </StaffPage>
)

const RemoveForm = ({ link, removed }: Pick<ImportPdfsPageProps, 'link' | 'removed'>) => (
  <form class="card" method="post" action={link('/imports/pdfs/remove')}>
    <div class="body stack">
      <h2>Take one back</h2>
      {removed?.isFound && (
        <p class="note good" role="status">
          {removed.number} is drawn here again.
        </p>
      )}
      <div class={removed && !removed.isFound ? 'field wrong' : 'field'}>
        <label for="number">Invoice number</label>
        <input
          class="input"
          id="number"
          name="number"
          required
          maxlength={64}
          size={24}
          value={removed && !removed.isFound ? removed.number : ''}
          aria-describedby={removed && !removed.isFound ? 'number-why' : undefined}
        />
        {removed && !removed.isFound && (
          <p class="why" id="number-why" role="alert">
            No invoice of this number has a PDF of yours.
          </p>
        )}
      </div>
      <div>
        <button class="button" type="submit">
          Remove PDF
        </button>
      </div>
    </div>
  </form>
)

const WORDS: Record<PdfOutcome['outcome'], { tone: Tone; text: string }> = {
  taken: { tone: 'good', text: 'Handed out from now on' },
  same: { tone: 'good', text: 'Was there already' },
  unknown: { tone: 'bad', text: 'No invoice has this number' },
  ambiguous: { tone: 'bad', text: 'Several invoices have this number: name it by its external_id' },
  twice: { tone: 'bad', text: 'Another of these files is of this invoice' },
  'no pdf': { tone: 'bad', text: 'Is not a PDF' },
  'too large': { tone: 'bad', text: 'Is larger than 10 MB' },
  'not kept': { tone: 'bad', text: 'Could not be stored. Please upload it again' },
}
const isGood = ({ outcome }: PdfOutcome) => outcome === 'taken' || outcome === 'same'

const Outcomes = ({ outcomes }: { outcomes: PdfOutcome[] }) => {
  const good = outcomes.filter(isGood).length
  return (
    <section class="card sheet cards placed" aria-labelledby="outcomes">
      <header>
        <h2 id="outcomes">
          {good} of {countOf(outcomes.length, 'file')} taken
        </h2>
      </header>
      <table>
        <caption class="hide">What became of each file</caption>
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col">Invoice</th>
            <th scope="col">Result</th>
          </tr>
        </thead>
        <tbody>
          {[...outcomes]
            .sort((a, b) => Number(isGood(a)) - Number(isGood(b)))
            .map(({ name, number, outcome }) => (
              <tr data-outcome={outcome}>
                <td class="name text">{name}</td>
                <td class="sum">{number ?? ''}</td>
                <td class="how">
                  <State tone={WORDS[outcome].tone}>{WORDS[outcome].text}</State>
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  )
}
