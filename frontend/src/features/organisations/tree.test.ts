import { expect, it } from 'vitest'
import type { Organisation } from '@/domain/types'
import { below, newParents, treeOf } from './tree'

const org = (id: string, parent_id?: string) => ({ id, parent_id, name: id }) as Organisation
const list = [org('village', 'town'), org('county', 'city'), org('town', 'county'), org('other', 'county')]

it('makes a tree of a list in any order, from the highest that may be seen', () => {
  const [county, ...rest] = treeOf(list)
  expect(rest).toEqual([])
  expect(county?.organisation.id).toBe('county')
  expect(county?.children.map(({ organisation }) => organisation.id)).toEqual(['town', 'other'])
  expect(county?.children[0]?.children[0]?.organisation.id).toBe('village')
})

it('moves nothing below itself', () => {
  expect([...below(list, 'town')]).toEqual(['town', 'village'])
  expect(newParents(list, 'town').map(({ id }) => id)).toEqual(['county', 'other'])
})
