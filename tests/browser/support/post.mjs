// A mail server (SMTP) of the town, on a free port: it takes what it is sent, or refuses whom it does not know.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** Of a letter's text, as it came: base64 or quoted-printable. */
function textOf(letter) {
  const [head, ...body] = letter.split('\r\n\r\n')
  const rest = body.join('\r\n\r\n')
  if (/Content-Transfer-Encoding: base64/.test(head)) return Buffer.from(rest, 'base64').toString('utf8')
  const bytes = rest.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

export async function startPost() {
  const letters = []
  const unknown = new Set()
  const server = createServer((socket) => {
    let told = ''
    let writing = false
    socket.on('error', () => {})
    socket.setEncoding('latin1').write('220 post.example.org\r\n')
    socket.on('data', (chunk) => {
      told += chunk
      if (writing) {
        if (!told.endsWith('\r\n.\r\n')) return
        letters.push(textOf(told.slice(0, -3)))
        writing = false
        told = ''
        return void socket.write('250 taken\r\n')
      }
      while (told.includes('\r\n')) {
        const [line] = told.split('\r\n', 1)
        told = told.slice(line.length + 2)
        const to = /^RCPT TO:<(.*)>/i.exec(line)?.[1]
        if (/^DATA/i.test(line)) writing = true
        const answer = to && unknown.has(to) ? '550 nobody here' : writing ? '354 go on' : /^QUIT/i.test(line) ? '221 bye' : '250 well'
        socket.write(`${answer}\r\n`)
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()

  return {
    settings: (url) => ({ WISHLIGHT_SMTP_URL: `smtp://127.0.0.1:${port}`, WISHLIGHT_MAIL_FROM: '点亮微心愿 <notices@wish.example.org>', WISHLIGHT_PUBLIC_URL: url }),
    /** From now on it does not know this address. */
    forget: (address) => unknown.add(address),
    /** The next letter; servers look every five seconds. */
    async letter() {
      for (let tries = 0; tries < 200 && letters.length === 0; tries += 1) await wait(100)
      return letters.shift() ?? ''
    },
    end: () => server.close(),
  }
}
