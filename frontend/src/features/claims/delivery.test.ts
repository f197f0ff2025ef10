import { expect, it } from 'vitest'
import { check, toInput } from './delivery'

const line = (name: string, quantity = '1', value = '') => ({ key: 0, name, quantity, value })

it('asks for a name and a whole quantity, and names the place like the API does', () => {
  const faults = check({ lines: [line('鞋'), line(' ', '0', 'x')], hours: 'two', note: '' })
  expect(Object.keys(faults)).toEqual(['/items/1/name', '/items/1/quantity', '/items/1/value_fen', '/hours'])
})

it('leaves out what was left out', () => {
  const draft = { lines: [line(' 防滑棉鞋 ', '1', '80.5'), line('理发')], hours: '1.5', note: ' ' }
  expect(check(draft)).toEqual({})
  expect(toInput(draft)).toEqual({
    items: [{ name: '防滑棉鞋', quantity: 1, value_fen: 8050 }, { name: '理发', quantity: 1, value_fen: null }],
    hours: 1.5,
    note: null,
    attachment_ids: [],
  })
  expect(toInput(draft, ['a', 'b']).attachment_ids).toEqual(['a', 'b'])
})
