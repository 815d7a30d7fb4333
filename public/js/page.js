/** What pages can't do without a script. Without it nothing is lost: buttons that need it stay hidden. */

/** Forms that say what isn't saved, and ask before they are left. */
const contentOf = (form) => new URLSearchParams(new FormData(form)).toString()
const loaded = new WeakMap()
let isLeavingOnPurpose = false

const watchForm = (form) => {
  // A form that came back with a problem was never saved.
  loaded.set(form, form.dataset.unsaved === 'yes' ? undefined : contentOf(form))
  const tell = () => {
    const note = form.querySelector('[data-unsaved-note]')
    if (note) note.hidden = contentOf(form) === loaded.get(form)
  }
  form.addEventListener('input', tell)
  form.addEventListener('change', tell)
  form.addEventListener('submit', () => {
    isLeavingOnPurpose = true
  })
}
for (const form of document.querySelectorAll('form[data-unsaved]')) watchForm(form)

addEventListener('beforeunload', (event) => {
  const isUnsaved = [...document.querySelectorAll('form[data-unsaved]')].some((form) => loaded.has(form) && contentOf(form) !== loaded.get(form))
  if (isUnsaved && !isLeavingOnPurpose) event.preventDefault()
})
// Back to a page that the browser kept as it was.
addEventListener('pageshow', () => {
  isLeavingOnPurpose = false
})

/** Buttons that copy, such as an address: `data-copy` is what. */
for (const button of document.querySelectorAll('button[data-copy]')) button.hidden = false
document.addEventListener('click', async (event) => {
  const button = event.target instanceof Element ? event.target.closest('button[data-copy]') : null
  if (!button) return
  const said = button.parentElement.querySelector('[role=status]')
  try {
    await navigator.clipboard.writeText(button.dataset.copy)
    said.textContent = 'Copied'
  } catch {
    said.textContent = 'Copy it by hand'
  }
})

/** Pickers that write into a field and follow it: `data-picks` is its id. They need a script, so they are hidden without one. */
for (const picker of document.querySelectorAll('input[data-picks]')) {
  const field = document.getElementById(picker.dataset.picks)
  picker.hidden = false
  picker.addEventListener('input', () => {
    field.value = picker.value
    field.dispatchEvent(new Event('input', { bubbles: true }))
  })
  field.addEventListener('input', () => {
    if (/^#[0-9a-f]{6}$/i.test(field.value)) picker.value = field.value
  })
}

/** Menus close by Escape, which gives the focus back, and by a click elsewhere. */
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    const hadFocus = menu.contains(document.activeElement)
    menu.open = false
    if (hadFocus) menu.querySelector('summary').focus()
  }
})
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) if (!menu.contains(event.target)) menu.open = false
})
