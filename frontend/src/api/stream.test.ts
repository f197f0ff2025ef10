import { expect, test } from 'vitest'
import { type Message, messages } from './stream'

async function read(...pieces: Uint8Array[]) {
  const body = new ReadableStream<Uint8Array>({
    start(to) {
      for (const piece of pieces) to.enqueue(piece)
      to.close()
    },
  })
  const whole: Message[] = []
  for await (const message of messages(body)) whole.push(message)
  return whole
}

test('a message is whole, wherever it was cut on its way, also within a character', async () => {
  const sent = new TextEncoder().encode(': still here\n\nid: a\nevent: wish_created\ndata: {"n":"灯"}\n\nid: b\ndata: half')
  const whole = [{}, { id: 'a', data: '{"n":"灯"}' }]
  expect(await read(sent)).toEqual(whole)
  for (let at = 1; at < sent.length; at += 1) expect(await read(sent.slice(0, at), sent.slice(at))).toEqual(whole)
})
