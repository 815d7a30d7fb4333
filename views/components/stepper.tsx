type StepperProps = {
  name: string
  /** As it was typed. */
  value: string
  label: string
  /** Id of the form it belongs to, where it stands outside of it. */
  form?: string | undefined
  /** Id of what is wrong with it, if anything is. */
  problem?: string | undefined
}

/** A number with a button on each side; without a script the number alone. */
export const Stepper = ({ name, value, label, form, problem }: StepperProps) => (
  <span class="number">
    <button type="button" data-step="-1" aria-label={`One less: ${label}`} hidden>
      −
    </button>
    <input
      name={name}
      form={form}
      value={value}
      inputmode="decimal"
      aria-label={label}
      aria-describedby={problem}
      aria-invalid={problem ? 'true' : undefined}
    />
    <button type="button" data-step="1" aria-label={`One more: ${label}`} hidden>
      +
    </button>
  </span>
)
