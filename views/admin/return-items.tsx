import type { ReturnLine } from '#src/returns/request.ts'
import { CONDITION_WORDS, lineKey } from '#views/components/return-words.ts'
import { Stepper } from '#views/components/stepper.tsx'
import { quantityText } from '#views/decimal.ts'
import { formatQuantity } from '#views/format.ts'
import type { ReturnForm, ReturnProps } from './return-props.ts'

/** The lines of a return request, with the quantities that staff write beside them; they belong to the forms of return-decision.tsx. */

export const ReturnItems = ({ shell, request, form }: Pick<ReturnProps, 'shell' | 'request' | 'form'>) => {
  const { locale } = shell.company
  const { state, lines } = request
  const isOpen = state === 'submitted'
  const isComing = state === 'approved' || state === 'partly-approved'
  const isDecided = lines.some(({ approved }) => approved !== null)
  const hasCome = state === 'received' || state === 'closed'
  return (
    <section class="card sheet cards goes-back" aria-label="Items">
      <table>
        <caption class="hide">What the client wants to return</caption>
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col" class="num">
              Asked
            </th>
            {isOpen && <th scope="col">Approve</th>}
            {isDecided && (
              <th scope="col" class="num">
                Approved
              </th>
            )}
            {isComing && <th scope="col">Received</th>}
            {hasCome && (
              <th scope="col" class="num">
                Received
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr>
              <td class="name">
                {line.description}
                <small class="soft">{[line.sku, line.reason, line.orderNumber].filter(Boolean).join(' · ')}</small>
              </td>
              <td class="many num" data-label="Asked">
                {formatQuantity(line.quantity, locale)}
              </td>
              {isOpen && (
                <td class="asked">
                  <Figure
                    form="approve"
                    name={`approve-${lineKey(line)}`}
                    value={quantityText(line.quantity)}
                    label={`Approve how many: ${line.description}`}
                    came={form?.action === 'approve' ? form : undefined}
                  />
                </td>
              )}
              {isDecided && (
                <td class="many num" data-label="Approved">
                  {formatQuantity(line.approved ?? 0, locale)}
                </td>
              )}
              {isComing && (
                <td class="asked">
                  {(line.approved ?? 0) > 0 && <Received line={line} form={form?.action === 'receive' && !form.isTooLate ? form : undefined} />}
                </td>
              )}
              {hasCome && (
                <td class="many num" data-label="Received">
                  {formatQuantity(line.received ?? 0, locale)}
                  {line.condition && <small class="soft">{CONDITION_WORDS[line.condition]}</small>}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

type FigureProps = { form: 'approve' | 'receive'; name: string; value: string; label: string; came: ReturnForm | undefined }

/** A number that belongs to the form beside the table. */
const Figure = ({ form, name, value, label, came }: FigureProps) => {
  const problem = came?.problems[name]
  return (
    <>
      <Stepper form={form} name={name} value={came?.typed[name] ?? value} label={label} problem={problem && `why-${name}`} />
      {problem && (
        <small class="why" id={`why-${name}`}>
          {problem}
        </small>
      )}
    </>
  )
}

const Received = ({ line, form }: { line: ReturnLine; form: ReturnForm | undefined }) => {
  const chosen = form?.typed[`condition-${lineKey(line)}`]
  return (
    <div class="stack tight">
      <Figure form="receive" name={`receive-${lineKey(line)}`} value={quantityText(line.approved ?? 0)} label={`Received: ${line.description}`} came={form} />
      <select class="input" form="receive" name={`condition-${lineKey(line)}`} aria-label={`Condition of ${line.description}`}>
        <option value="">Condition …</option>
        {Object.entries(CONDITION_WORDS).map(([value, words]) => (
          <option value={value} selected={value === chosen}>
            {words}
          </option>
        ))}
      </select>
    </div>
  )
}
