import { expect, test } from 'vitest'
import { withKept } from './choices'

test('what was chosen before stays to be seen, and nothing stands there twice', () => {
  const list = [{ value: '电工', label: 'Electrician' }]
  expect(withKept(list, ['电工', '修钟表'])).toEqual([...list, { value: '修钟表', label: '修钟表' }])
  expect(withKept(list, [])).toEqual(list)
})
