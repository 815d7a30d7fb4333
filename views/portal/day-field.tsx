type DayFieldProps = {
  name: 'from' | 'to'
  label: string
  value: string
  /** Id of what is wrong with the days, if anything is. */
  problem: string | undefined
}

/** One of the two days between which something is shown. */
export const DayField = ({ name, label, value, problem }: DayFieldProps) => (
  <div class={problem === undefined ? 'field day' : 'field day wrong'}>
    <label for={name}>{label}</label>
    <input class="input" id={name} name={name} type="date" value={value} aria-describedby={problem} />
  </div>
)
