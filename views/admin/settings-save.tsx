type SaveHeadProps = {
  title: string
  text: string
  /** Whether this person may save at all. */
  mayChange: boolean
  /** Whether the form came back unsaved, and why, where no field says it. */
  isChanged: boolean
  conflict?: string | undefined
}

/** The head of a form of settings: what it is about, whether anything isn't saved, and saving it. */
export const SaveHead = ({ title, text, mayChange, isChanged, conflict }: SaveHeadProps) => (
  <>
    <div class="head">
      <div>
        <h1>{title}</h1>
        <p class="soft">{text}</p>
      </div>
      {mayChange ? (
        <div class="row">
          <span class="soft" role="status">
            <span data-unsaved-note hidden={!isChanged}>
              Not saved yet
            </span>
          </span>
          <button class="button main" type="submit">
            Save
          </button>
        </div>
      ) : (
        <p class="soft">Only owners can change these.</p>
      )}
    </div>
    {isChanged && (
      <p class="note bad" role="alert">
        {conflict ?? 'Nothing was saved. See below what has to be mended.'}
      </p>
    )}
  </>
)
