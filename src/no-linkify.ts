/** In the Worker, instead of `linkify-it`: `markdown-it` finds addresses in plain text with it, and ours must be written as links. */

export class LinkifyIt {}
