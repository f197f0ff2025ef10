/** A message of server-sent events (HTML Living Standard, 9.2), as our server writes them. One without data says that the other side is there. */
export interface Message {
  id?: string
  data?: string
}

function parsed(block: string): Message {
  const message: Message = {}
  for (const line of block.split('\n')) {
    if (line.startsWith('id: ')) message.id = line.slice(4)
    else if (line.startsWith('data: ')) message.data = line.slice(6)
  }
  return message
}

/** The messages of a stream, as they come. By fetch, since an EventSource sends no token. */
export async function* messages(body: ReadableStream<Uint8Array>): AsyncGenerator<Message, void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      text += decoder.decode(value, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      yield* blocks.map(parsed)
    }
  } finally {
    void reader.cancel().catch(() => {})
  }
}
