type NewPasswordProps = {
  /** Of the page that the form stands on: there, `?suggest` fills the field. */
  path: string
  /** How many characters it has at least. */
  minimum: number
  suggestion?: string | undefined
  problem?: string | undefined
}

/** The field for a new password, with one offered: a piece of its page, and for htmx an answer of its own. */
export const NewPassword = ({ path, minimum, suggestion, problem }: NewPasswordProps) => (
  <div class={problem ? 'field wrong' : 'field'} id="new-password">
    <div class="row">
      <label for="password">New password</label>
      <a class="beside" id="suggest" href={`${path}?suggest`} hx-get={`${path}?suggest`} hx-target="#new-password" hx-swap="outerHTML" hx-push-url="false">
        {suggestion ? 'Suggest another' : 'Suggest one for me'}
      </a>
    </div>
    <input
      class={suggestion ? 'input shown' : 'input'}
      id="password"
      name="password"
      type={suggestion ? 'text' : 'password'}
      value={suggestion}
      autocomplete="new-password"
      autocapitalize="none"
      autocorrect="off"
      spellcheck={false}
      minlength={minimum}
      required
      aria-invalid={problem ? 'true' : undefined}
      aria-describedby={problem ? 'password-why password-hint' : 'password-hint'}
    />
    {/* So that it is shown again, should another field be wrong: nobody remembers it yet. */}
    {suggestion && <input type="hidden" name="suggested" value={suggestion} />}
    {problem && (
      <p class="why" id="password-why" role="alert">
        {problem}
      </p>
    )}
    {suggestion ? (
      <small id="password-hint" role="status">
        {/* A field may be too narrow for all of it. */}
        <b class="phrase">{suggestion}</b> Four words drawn by chance. Let your password manager keep them, or write them down and keep the note safe: they are
        shown only now.
      </small>
    ) : (
      <small id="password-hint">At least {minimum} characters. Three or four words that don’t belong together are easy to remember and hard to guess.</small>
    )}
  </div>
)
