// In a village without a signal: what is collected there is kept, sent once, in order and whole, and seen by nobody else.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { ask, changePassword, tokenOf } from './support/api.mjs'
import { brokenRules, fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, choose, enter, field, link, sees, signIn } from './support/pages.mjs'

/** A picture of one colour, of any size, as PNG. */
function picture(width, height) {
  const crcs = Array.from({ length: 256 }, (_, n) => Array.from({ length: 8 }).reduce((c) => (c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n))
  const part = (type, data) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const crc = ~body.reduce((c, byte) => crcs[(c ^ byte) & 255] ^ (c >>> 8), -1)
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    check.writeInt32BE(crc)
    return Buffer.concat([length, body, check])
  }
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8)), 0))
  const buffer = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), part('IHDR', head), part('IDAT', rows), part('IEND', Buffer.alloc(0))])
  return { name: `${width}x${height}.png`, mimeType: 'image/png', buffer }
}

/** Everything that somebody new takes, written into the form as it stands. */
async function fill(page, title, { photo = false, idNumber = '' } = {}) {
  await choose(page, '第一次记')
  await field(page, '姓名').fill('韦某某')
  if (idNumber) await field(page, '身份证号（可不填）').fill(idNumber)
  await field(page, '一句话').fill(title)
  await choose(page, '添一物')
  await field(page, '公开说明').fill('夜里看不清台阶，想装一盏声控灯。')
  for (const yes of ['记下来，帮着找人', '把上面那段话公开', ...(photo ? ['可以拍东西的照片'] : [])]) await page.getByRole('checkbox', { name: yes }).check()
  if (photo) {
    await page.locator('input[type=file]').setInputFiles([picture(64, 48)])
    await page.locator('.photos img').waitFor()
  }
}

const keep = async (page) => {
  await page.locator('form button[type=submit]').click()
  await sees(page, '存下了，有网就送')
}
const more = (page) => page.getByRole('button', { name: '再记一个', exact: true }).click()
const waiting = (page, n) => sees(page, `${n} 条等着送`)
/** Also the page that a click leaves has an empty state: only the outbox may say that nothing is left. */
async function sentAll(page) {
  await page.getByRole('heading', { name: '待发送', level: 1 }).waitFor()
  await page.waitForFunction(() => !document.querySelector('.out li:not(.sent)') && document.querySelector('.out li.sent, .blank'))
}

/** Somebody at the form, once the page can do without a network. */
async function prepared(stage, username, options) {
  const page = await enter(stage, username, { width: 390, height: 844, ...options })
  await page.goto('/collect')
  await page.getByRole('radio', { name: '添一物' }).waitFor()
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  return page
}

const gone = async (stage, page) => {
  await page.context().setOffline(true)
  await stage.server.stop()
}
const back = async (stage, page) => {
  await stage.server.start()
  await page.context().setOffline(false)
}

async function submitted(server, words) {
  const token = await tokenOf(server, 'reviewer')
  const { items } = await ask(server, 'wishes?status=submitted&limit=100', token)
  return items.filter(({ title }) => title.startsWith(words))
}

describe('without a network', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
  })
  after(() => stage?.end())

  test('twenty wishes with photos survive the closed tab and the dead server, and arrive once each', async () => {
    const page = await prepared(stage, 'collector')
    const context = page.context()
    await gone(stage, page)
    for (let n = 1; n <= 20; n += 1) {
      await fill(page, `台阶上想有灯 ${n}`, { photo: true })
      if (n === 1) {
        await sees(page, '现在没有网络，照常记。')
        await page.locator('input[type=file]').setInputFiles([picture(10_000, 8_000)])
        await sees(page, '照片太大，这台设备缩不动。')
        await fit(page, 'collect-offline')
        await page.setViewportSize({ width: 390, height: 844 })
      }
      await keep(page)
      if (n < 20) await more(page)
    }
    await page.close()

    const again = await context.newPage()
    await again.goto('/collect')
    await waiting(again, 20)
    await link(again, '20 条等着送').click()
    await again.getByRole('heading', { name: '待发送' }).waitFor()
    assert.equal(await again.getByText('等待发送').count(), 20)
    await fit(again, 'outbox-offline')
    // A page that is not kept leads to the one that is.
    await again.goto('/console')
    await again.getByRole('heading', { name: '记一个心愿' }).waitFor()
    await again.goto('/collect/outbox')
    await waiting(again, 20)

    await back(stage, again)
    await button(again, '立即同步').click()
    await sentAll(again)
    const wishes = await submitted(stage.server, '台阶上想有灯')
    assert.deepEqual(wishes.map(({ title }) => Number(title.split(' ')[1])).toSorted((a, b) => a - b), Array.from({ length: 20 }, (_, n) => n + 1))
    const token = await tokenOf(stage.server, 'collector')
    for (const { id } of wishes) assert.equal((await ask(stage.server, `wishes/${id}/attachments`, token)).items.length, 1)
    // Ids are made in the order of arrival, which is that of writing down.
    assert.deepEqual(wishes.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ title }) => Number(title.split(' ')[1])), Array.from({ length: 20 }, (_, n) => n + 1))
  })

  // None of these knows of another: together they take no longer than the longest.
  describe('and with one that comes and goes', { concurrency: true }, () => {
    test('an answer that is lost, and two tabs at once: nothing is sent twice', async () => {
      const page = await prepared(stage, 'collector2')
      const context = page.context()
      const posts = []
      context.on('request', (request) => request.method() === 'POST' && /\/api\/v1\/(wishes|beneficiaries)$/.test(request.url()) && posts.push(request))

      let lost = 0
      await context.route('**/api/v1/wishes', async (route) => {
        if (route.request().method() !== 'POST' || lost > 0) return route.fallback()
        lost += 1
        await route.fetch()
        return route.abort('connectionreset')
      })
      await fill(page, '答复丢在半路')
      await keep(page)
      await link(page, '看待发送的').click()
      await sees(page, '等待发送')
      await button(page, '立即同步').click()
      await sentAll(page)
      assert.equal(lost, 1)
      const keys = new Set(await Promise.all(posts.filter((one) => one.url().endsWith('/wishes')).map((one) => one.headerValue('idempotency-key'))))
      assert.equal(keys.size, 1)
      assert.equal((await submitted(stage.server, '答复丢在半路')).length, 1)

      await page.goto('/collect')
      await context.setOffline(true)
      await fill(page, '两个窗口 1')
      await keep(page)
      // The resident of the first is the one of the second, though neither is known yet.
      await button(page, '同一位，再记一个').click()
      await sees(page, '和上一条是同一位，不会记成两个人。')
      await field(page, '一句话').fill('两个窗口 2')
      await choose(page, '添一物')
      await field(page, '公开说明').fill('夜里看不清台阶，想装一盏声控灯。')
      await keep(page)
      const other = await context.newPage()
      await other.goto('/collect/outbox')
      await waiting(other, 2)
      posts.length = 0
      await context.setOffline(false)
      await Promise.all([page, other].map((one) => one.evaluate(() => window.dispatchEvent(new Event('online')))))
      await sentAll(other)
      assert.equal(posts.filter((one) => one.url().endsWith('/wishes')).length, 2)
      const wishes = await submitted(stage.server, '两个窗口')
      assert.equal(wishes.length, 2)
      assert.equal(new Set(wishes.map(({ beneficiary }) => beneficiary.id)).size, 1)
    })

    test('what the server refuses waits to be put right, with its words at the field', async () => {
      const page = await prepared(stage, 'collector')
      await page.context().setOffline(true)
      await fill(page, '身份证写错一位', { idNumber: '450304194803020021' })
      await keep(page)
      await link(page, '看待发送的').click()
      await page.context().setOffline(false)
      await sees(page, /^需要修改：/)
      await fit(page, 'outbox-fix')
      await button(page, /^打开改/).click()
      await page.getByRole('heading', { name: '改好再送' }).waitFor()
      assert.equal(await field(page, '一句话').inputValue(), '身份证写错一位')
      assert.equal(await field(page, '身份证号（可不填）').getAttribute('aria-invalid'), 'true')
      await field(page, '身份证号（可不填）').fill('')
      await page.locator('form button[type=submit]').click()
      await sees(page, '交上去了，等别人审核')
      assert.equal((await submitted(stage.server, '身份证写错一位')).length, 1)
    })

    test('a session that ends keeps it; nobody else on the same telephone sees it; signing out wipes it', async () => {
      const page = await prepared(stage, 'collector3')
      await page.context().setOffline(true)
      await fill(page, '换了密码以后')
      await keep(page)
      const fresh = 'ling-yi-ju-hua-2027'
      await changePassword(stage.server, 'collector3', fresh)
      await new Promise((done) => setTimeout(done, 5200))
      await page.context().setOffline(false)
      await sees(page, /存在这台设备里，登录后就送。/)

      // Somebody else, in another tab.
      const other = await page.context().newPage()
      await signIn(other, 'collector2')
      await other.waitForURL((url) => !url.pathname.startsWith('/login'))
      await other.goto('/collect/outbox')
      await sees(other, '都送出去了。')
      assert.equal(await other.getByText('换了密码以后').count(), 0)
      // Nor does it go out under their name.
      const posts = []
      page.on('request', (request) => request.method() === 'POST' && /\/(wishes|beneficiaries)$/.test(request.url()) && posts.push(request.url()))
      await page.evaluate(() => setTimeout(() => window.dispatchEvent(new Event('online')), 100))
      await page.waitForResponse((answer) => answer.url().endsWith('/api/v1/me'))
      await other.waitForTimeout(500)
      assert.deepEqual(posts, [])
      assert.equal((await submitted(stage.server, '换了密码以后')).length, 0)
      await other.close()

      const own = await page.context().newPage()
      await own.goto('/login')
      await signIn(own, 'collector3', fresh)
      await own.waitForURL((url) => !url.pathname.startsWith('/login'))
      await own.goto('/collect/outbox')
      await sentAll(own)
      assert.equal((await submitted(stage.server, '换了密码以后')).length, 1)

      await own.goto('/collect')
      await own.context().setOffline(true)
      await fill(own, '带不走的一条', { photo: true })
      await keep(own)
      const signOut = async () => {
        await own.locator('.rail > details > summary').click()
        await own.locator('.rail > details .account > summary').click()
        await own.getByRole('button', { name: '退出', exact: true }).filter({ visible: true }).click()
        await sees(own, '还有 1 条没有发送')
      }
      await signOut()
      assert.deepEqual(await brokenRules(own), [])
      await button(own, '现在发送，再退出').click()
      await sees(own, '没有送成：现在连不上，或要先登录。')
      await button(own, '先不退出').click()
      await own.reload()
      await waiting(own, 1)
      await signOut()
      await button(own, '丢掉这 1 条，退出').click()
      await own.waitForURL('**/login**')
      const left = await own.evaluate(async () => {
        const db = await new Promise((done) => Object.assign(indexedDB.open('wishlight'), { onsuccess: ({ target }) => done(target.result) }))
        const count = (name) => new Promise((done) => Object.assign(db.transaction(name).objectStore(name).count(), { onsuccess: ({ target }) => done(target.result) }))
        return Promise.all(['items', 'photos', 'kept', 'keys'].map(count))
      })
      // The other user's key is theirs.
      assert.deepEqual(left, [0, 0, 0, 1])
    })

    test('a telephone whose clock is a year ahead or behind dates nothing wrong', async () => {
      for (const [days, name] of [[365, '快一年'], [-365, '慢一年']]) {
        const page = await prepared(stage, 'collector')
        await page.context().addInitScript((ms) => {
          const Real = Date
          window.Date = class extends Real {
            constructor(...given) { given.length ? super(...given) : super(Real.now() + ms) }
            static now() { return Real.now() + ms }
          }
        }, days * 86_400_000)
        await page.reload()
        await page.getByRole('radio', { name: '添一物' }).waitFor()
        await page.context().setOffline(true)
        for (const n of [1, 2]) {
          await fill(page, `钟${name} ${n}`)
          await keep(page)
          if (n === 1) await more(page)
        }
        await page.context().setOffline(false)
        await link(page, '看待发送的').click()
        await sentAll(page)
        const wishes = await submitted(stage.server, `钟${name}`)
        assert.equal(wishes.length, 2)
        const token = await tokenOf(stage.server, 'reviewer')
        const today = new Date().toLocaleDateString('en-CA', { timeZone: 'Asia/Shanghai' })
        for (const { beneficiary, due_at } of wishes) {
          const { consents } = await ask(stage.server, `beneficiaries/${beneficiary.id}`, token)
          assert.deepEqual([...new Set(consents.map(({ given_on }) => given_on))], [today])
          const until = (Date.parse(due_at) - Date.now()) / 86_400_000
          assert.ok(until > 0 && until < 30, `due in ${until} days`)
        }
        await page.context().close()
      }
    })
  })

  test('and everything stored still holds', () => stage.server.check())
})
