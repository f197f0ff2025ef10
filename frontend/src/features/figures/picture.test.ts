import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { bars, inks, lines, months, picture } from './picture'

test('its colours are those of the page by daylight', async () => {
  const tokens = await readFile('src/styles/tokens.css', 'utf8')
  const light = tokens.slice(0, tokens.indexOf('html.dark'))
  for (const [name, value] of Object.entries(inks)) expect(light).toContain(`${name}: ${value};`)
})

test('Chinese breaks anywhere, other words between them, and nothing is lost', () => {
  expect(lines('记下的心愿，减去不予办理的', 5)).toEqual(['记下的心愿', '，减去不予', '办理的'])
  expect(lines('wishes written down', 9)).toEqual(['wishes written', 'down'])
  expect(lines('', 5)).toEqual([])
})

test('a bar is as long as its share, and a name too long for its column is cut', () => {
  const { svg, height } = bars([{ name: '一个特别特别长的组织名称', all: 100, part: 50, value: '1 ÷ 2' }, { name: '乙', part: 100, value: '2' }])
  expect(height).toBe(68)
  expect([...svg.matchAll(/width="([\d.]+)"/g)].map(([, wide]) => Number(wide))).toEqual([496, 248, 496])
  expect(svg).toContain('一个特别特别长的组织…')
})

test('months go up and down from one line', () => {
  const { svg } = months([{ month: '2026-10', up: 4, down: 2, left: 0 }, { month: '2026-11', up: 0, down: 0, left: 4 }])
  expect([...svg.matchAll(/<rect[^>]* height="([\d.]+)"/g)].map(([, high]) => Number(high))).toEqual([112, 56, 0, 0])
  expect(svg).toContain('26-10')
})

test('it stands alone: well-formed, nothing of the page in it, and names can break nothing', () => {
  const { svg } = picture({ title: '<点亮率> & "x"', about: '柳湾', body: bars([{ name: '<b>', part: 1, value: '1' }]), legend: [{ ink: '--c3', text: '点亮' }], notes: ['分子：甲', '分母：乙'], source: '点亮微心愿' })
  const read = new DOMParser().parseFromString(svg, 'image/svg+xml')
  expect(read.querySelector('parsererror')).toBeNull()
  expect([...read.querySelectorAll('text')].map((one) => one.textContent)).toEqual(['<点亮率> & "x"', '柳湾', '点亮', '<b>', '1', '分子：甲', '分母：乙', '点亮微心愿'])
  expect(svg).not.toMatch(/var\(|style|class|href/)
})
