// The two main programmes, as people live them, each in a window of their own, on both databases.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { raiseStage } from './support/browser.mjs'
import { button, choose, claim, collect, confirmByCall, deliver, enter, field, findOnWall, link, noTroubles, publish, sees, takeUp } from './support/pages.mjs'

for (const database of ['sqlite', 'postgres']) {
  describe(`on ${database}`, { timeout: 300_000 }, () => {
    let stage
    before(async () => { stage = await raiseStage(database) })
    afterEach(async (t) => {
      if (!t.passed) await stage.keepPictures(t.name)
      await stage.clear()
    })
    after(() => stage?.end())

    test('Guilin: a radio is wished for, noted, published, found, claimed, brought, and its window lights up', async () => {
      const title = '想要一台收音机，散步时听'

      const gridWorker = await enter(stage, 'collector2')
      await collect(gridWorker, {
        resident: { name: '韦某某', born: '1948-03-02', phone: '07005550188', address: '示例路八号' },
        wish: { title, heard: '屋场会、坝坝会', category: '添一物', cost: '120', words: '一位老人每天傍晚散步，想边走边听新闻和戏。要按键大、声音响的。' },
      })

      const reviewer = await enter(stage, 'reviewer')
      await publish(reviewer, title, '七星区及以下')

      const anyone = await stage.open()
      const card = await findOnWall(anyone, '收音机', title)
      assert.match(await card.innerText(), /待认领/)

      const branch = await enter(stage, 'manager')
      await findOnWall(branch, '收音机', title).then((found) => found.getByRole('link', { name: title, exact: true }).click())
      await claim(branch)
      await sees(branch, '火种交给您了')
      await button(branch, '显示电话和住址').click()
      await sees(branch, '07005550188')
      await sees(branch, '示例路八号')
      await button(branch, '联系过了').click()
      await sees(branch, '记下了。按说好的日子送过去就好。')
      await deliver(branch, [['收音机', '1', '118']], '调好了台，音量开到一半。')

      await confirmByCall(gridWorker, title)
      await sees(gridWorker, '这扇窗亮了。')
      await choose(gridWorker, '很满意')
      await field(gridWorker, '本人的原话（可不填）').fill('戏听得清清楚楚。')
      await button(gridWorker, '记下').click()

      const lit = await findOnWall(anyone, '收音机', title)
      assert.match(await lit.innerText(), /已点亮/)
      for (const page of [gridWorker, reviewer, anyone, branch]) noTroubles(page)
    })

    test('Huaihua: what a village cannot meet goes up, and its superior takes it over', async () => {
      const title = '屋檐漏雨，想请人补一补'

      const workTeam = await enter(stage, 'team')
      await collect(workTeam, {
        resident: { name: '舒某某', born: '1961-08-20', phone: '', address: '示例村三组' },
        wish: { title, category: '帮一把', cost: '400', words: '下雨天屋檐往屋里漏，要搬梯子换几片瓦。想请会修的人来一次。' },
      })
      const town = await enter(stage, 'hh-reviewer')
      await publish(town, title)

      const village = await enter(stage, 'village')
      await takeUp(village, '待派单', title)
      await sees(village, '这一圈里还没有认领方。')
      await village.getByRole('link', { name: '上报', exact: true }).click()
      await field(village, '为什么办不了').fill('村里会修瓦的人都在外地。')
      await village.getByRole('dialog').getByRole('button', { name: '上报' }).click()
      await sees(village, '上报了，等上一级答复。')

      await takeUp(town, '待接上报', title)
      await sees(town, '村里会修瓦的人都在外地。')
      await button(town, '接下，由丁镇妇联负责').click()
      await sees(town, '接下了。现在由您这一级负责')

      const anyone = await stage.open()
      const card = await findOnWall(anyone, '屋檐', title)
      assert.match(await card.innerText(), /已走到镇里/)
      for (const page of [workTeam, town, village, anyone]) noTroubles(page)
    })

    test('Huaihua: the television that climbed to the city is brought by the trading centre, with rice', async () => {
      const title = '想有一台电视，看看外面的世界'

      const centre = await enter(stage, 'centre')
      await link(centre, '我的认领').click()
      await link(centre, '去答复').click()
      await sees(centre, '请贵中心支部看看能不能接下这两份。')
      await button(centre, '接下，我来点亮').click()
      await button(centre, '显示电话和住址').click()
      await sees(centre, '07005550100')
      await button(centre, '联系过了').click()
      await deliver(centre, [['电视机', '1', '1499'], ['大米', '2', '120']], '装好了，试看了新闻。')

      const village = await enter(stage, 'village')
      await confirmByCall(village, title)
      await sees(village, '记下了，这盏灯亮了。')

      const anyone = await stage.open()
      const card = await findOnWall(anyone, '电视', title)
      await card.getByRole('link', { name: title, exact: true }).click()
      const ladder = anyone.getByRole('list', { name: '这个心愿走到了哪一级' })
      await ladder.waitFor()
      assert.equal(await ladder.getByRole('listitem').count(), 4)
      const lamps = anyone.getByRole('listitem').filter({ hasText: /^\s*已点亮\s*$/ })
      assert.equal(await lamps.count(), 2)
      for (const page of [centre, village, anyone]) noTroubles(page)
    })

    test('A share that is taken is waited for, and offered when it is given back', async () => {
      const title = '楼道里想有一盏夜里亮的灯'

      const office = await enter(stage, 'office')
      await findOnWall(office, '楼道', title).then((found) => found.getByRole('link', { name: title, exact: true }).click())
      await claim(office)
      await sees(office, '火种交给您了')

      const branch = await enter(stage, 'manager')
      await findOnWall(branch, '楼道', title).then((found) => found.getByRole('link', { name: title, exact: true }).click())
      await button(branch, '我来候补').click()
      await sees(branch, '您在候补，第 1 位')
      await link(branch, '我的认领').click()
      await branch.getByRole('region', { name: '候补中' }).getByText('第 1 位').waitFor()

      await button(office, '办不了，还回去').click()
      await field(office, '为什么（一句话）').fill('临时出差，赶不上。')
      await office.getByRole('dialog').getByRole('button', { name: '还回去' }).click()
      await sees(office, '这一份已经还回')

      await branch.reload()
      await link(branch, '去答复').click()
      await sees(branch, '空出来了，轮到您。')
      await button(branch, '接下，我来点亮').click()
      await sees(branch, '火种交给您了')
      for (const page of [office, branch]) noTroubles(page)
    })

    test('What a superior sends back comes with what to do', async () => {
      const title = '轮椅出不了门，想修一段坡道'
      const instruction = '先问区残联，他们有会做坡道的师傅；三天内回话。'

      const district = await enter(stage, 'coordinator')
      await takeUp(district, '待接上报', title)
      await button(district, '退回，写明怎么办').click()
      await field(district, '怎么办').fill(instruction)
      await district.getByRole('dialog').getByRole('button', { name: '退回' }).click()
      await sees(district, '退回去了，带着您写的办法。')

      const town = await enter(stage, 'town')
      await town.getByRole('searchbox', { name: '找心愿' }).fill('坡道')
      await town.keyboard.press('Enter')
      await town.getByRole('heading', { name: title }).waitFor()
      await sees(town, instruction)
      for (const page of [district, town]) noTroubles(page)
    })

    test('What waits for somebody is on their page of the day, and gone once it is done', async () => {
      const title = '想找人说说话'

      const reviewer = await enter(stage, 'reviewer')
      await link(reviewer, /^今天/).click()
      await reviewer.getByRole('heading', { name: '今天', exact: true }).waitFor()
      const toReview = reviewer.getByRole('region', { name: /待审核/ })
      await toReview.getByText('交上来了，等审核').first().waitFor()
      await toReview.getByRole('link', { name: title }).click()
      for (const ask of ['急需吗', '办得到吗', '实在吗']) await reviewer.getByRole('group', { name: ask }).getByRole('radio', { name: /^是/ }).check()
      await button(reviewer, '通过，挂上墙').click()
      await sees(reviewer, '挂上墙了')
      await link(reviewer, /^今天/).click()
      await reviewer.getByRole('heading', { name: '今天', exact: true }).waitFor()
      await toReview.getByRole('link', { name: title }).waitFor({ state: 'detached' })

      // What came back from above waits for those who sent it up.
      const town = await enter(stage, 'town')
      await link(town, /^今天/).click()
      const back = town.getByRole('region', { name: /退回来的/ })
      await back.getByText('上一级退回来了，里面写着怎么办').waitFor()
      for (const part of [/待审核/, /待派单/, /超期、快到期/, /待接上报/, /兜底红名单/]) await town.getByRole('region', { name: part }).waitFor()
      await town.getByRole('navigation', { name: '工作导航' }).getByText(/个心愿等着您/).filter({ visible: true }).waitFor()
      await back.getByRole('link', { name: '轮椅出不了门' }).click()
      await town.getByRole('heading', { name: '轮椅出不了门' }).waitFor()

      // Whoever claims sees why, and by when.
      const branch = await enter(stage, 'manager')
      await branch.goto('/account/tasks')
      const row = branch.getByRole('listitem').filter({ hasText: '楼道里想有一盏' })
      await row.getByText('该给心愿人打电话了').waitFor()
      await row.getByRole('link').click()
      await button(branch, '联系过了').click()
      await sees(branch, '记下了。按说好的日子送过去就好。')
      await branch.goto('/account/tasks')
      await branch.getByRole('heading', { name: '等您办的', exact: true }).waitFor()
      await row.waitFor({ state: 'detached' })
      for (const page of [reviewer, town, branch]) noTroubles(page)
    })

    test('and everything stored still holds', () => stage.server.check())
  })
}
