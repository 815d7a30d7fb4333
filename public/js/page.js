/** What pages can't do without a script. Without it nothing is lost: buttons that need it stay hidden. */

/** Forms that say what isn't saved, and ask before they are left: by a link, or by sending another form. */
const contentOf = (form) => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value instanceof File ? value.name : value]))
const watched = [...document.querySelectorAll('form[data-unsaved]')]
// A form that came back with a problem was never saved.
const loaded = new Map(watched.map((form) => [form, form.dataset.unsaved === 'yes' ? undefined : contentOf(form)]))
const isUnsaved = (form) => contentOf(form) !== loaded.get(form)
let sent

const tell = () => {
  for (const form of watched) {
    // A form whose fields stand elsewhere has its note there too.
    const note = document.querySelector(`[data-unsaved-note="${form.id}"]`) ?? form.querySelector('[data-unsaved-note]')
    if (note) note.hidden = !isUnsaved(form)
  }
}
document.addEventListener('input', tell)
document.addEventListener('change', tell)
document.addEventListener('submit', (event) => {
  sent = event.target
})

addEventListener('beforeunload', (event) => {
  if (watched.some((form) => form !== sent && isUnsaved(form))) event.preventDefault()
})
// Back to a page that the browser kept as it was.
addEventListener('pageshow', () => {
  sent = undefined
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

/** Buttons beside a number that make it one less or more, and never less than nothing. They need a script, so they are hidden without one. */
for (const button of document.querySelectorAll('button[data-step]')) {
  button.hidden = false
  button.addEventListener('click', () => {
    const field = button.parentElement.querySelector('input')
    const typed = Number(field.value.replace(',', '.'))
    field.value = String(Math.max(0, (Number.isFinite(typed) ? typed : 0) + Number(button.dataset.step)))
    field.dispatchEvent(new Event('input', { bubbles: true }))
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

/**
 * Forms whose answer is a ZIP that is made while it is sent: how many of its files have come is said in the form's
 * status. Without a script the browser's own download shows how far it is.
 */
const FILE_BEGINS = [0x50, 0x4b, 0x03, 0x04]
const filesIn = async (body, tell) => {
  const chunks = []
  let [matched, files] = [0, 0]
  for (const reader = body.getReader(); ; ) {
    const { value, done } = await reader.read()
    if (done) return chunks
    chunks.push(value)
    for (const byte of value) {
      matched = byte === FILE_BEGINS[matched] ? matched + 1 : byte === FILE_BEGINS[0] ? 1 : 0
      if (matched === FILE_BEGINS.length) {
        matched = 0
        tell(++files)
      }
    }
  }
}
document.addEventListener('submit', async (event) => {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || form.dataset.zip === undefined) return
  event.preventDefault()
  if (form.ariaBusy === 'true') return
  const status = form.querySelector('[role=status]')
  const picked = new FormData(form).getAll('id').length
  form.ariaBusy = 'true'
  status.textContent = `Preparing ${picked === 1 ? 'one PDF' : `${picked} PDFs`} …`
  try {
    const response = await fetch(`${form.action}?${new URLSearchParams(new FormData(form))}`)
    if (!response.ok || response.headers.get('Content-Type') !== 'application/zip') throw new Error(response.statusText)
    const chunks = await filesIn(response.body, (files) => {
      status.textContent = `${files} of ${picked} ready …`
    })
    const [, name = 'invoices.zip'] = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '') ?? []
    const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(new Blob(chunks, { type: 'application/zip' })), download: name })
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
    status.textContent = 'Downloaded'
  } catch {
    status.textContent = 'That didn’t work. Please try again.'
  } finally {
    form.ariaBusy = null
  }
})

/** Choices after which the form has more to ask: it is sent to be shown again. Without a script its own button does that. */
document.addEventListener('change', (event) => {
  const field = event.target
  if (!(field instanceof HTMLSelectElement) || field.dataset.resubmit === undefined) return
  field.form.requestSubmit(field.form.querySelector('button[name=do][value=again]') ?? undefined)
})

/**
 * Files that are too large for one request are sent in pieces, then the form says which they are. `data-parts` is where
 * they go. Smaller ones, and all of them without a script, are sent with the form.
 */
const PART = 8 * 1024 * 1024
const TRIES = 4
const sendPart = async (address, bytes) => {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(address, { method: 'PUT', body: bytes }).catch(() => undefined)
    if (response?.ok && !response.redirected) return
    if (response?.redirected || attempt === TRIES || (response && response.status < 500)) throw new Error(response?.statusText)
    await new Promise((resolve) => setTimeout(resolve, 1000 * attempt))
  }
}
document.addEventListener('submit', async (event) => {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || form.dataset.parts === undefined) return
  const input = form.querySelector('input[type=file]')
  const files = [...input.files]
  const total = files.reduce((sum, { size }) => sum + size, 0)
  if (total <= PART) return
  event.preventDefault()
  if (form.ariaBusy === 'true') return
  const status = form.querySelector('[role=status]')
  form.ariaBusy = 'true'
  try {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => 'abcdefghijklmnopqrstuvwxyz012345'[byte % 32]).join('')
    let done = 0
    for (const [i, file] of files.entries()) {
      for (let at = 0, part = 0; at < file.size; at += PART, part++) {
        status.textContent = `${Math.floor((done / total) * 100)} % sent …`
        const piece = file.slice(at, at + PART)
        await sendPart(`${form.dataset.parts}/${id}/${i + 1}/${part}`, piece)
        done += piece.size
      }
    }
    status.textContent = 'Looking at the files …'
    // In place of the files themselves.
    const parts = JSON.stringify(files.map(({ name, size }) => ({ name, size })))
    for (const [name, value] of Object.entries({ import: id, parts }))
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
    input.disabled = true
    form.submit()
  } catch {
    status.textContent = 'That didn’t work. Please try again.'
    form.ariaBusy = null
  }
})
// Back to the page as the browser kept it: what was sent is sent.
addEventListener('pageshow', (event) => {
  const form = event.persisted ? document.querySelector('form[data-parts]') : null
  if (!form) return
  for (const sentField of form.querySelectorAll('input[type=hidden]')) sentField.remove()
  form.ariaBusy = null
  form.querySelector('input[type=file]').disabled = false
  form.querySelector('[role=status]').textContent = ''
})
