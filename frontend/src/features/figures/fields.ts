import { t } from './messages'
import type { Board, Figure, Template } from './queries'
import { inWords } from './show'

export interface Choice {
  value: string
  label: string
}

/** The parts that a figure may have, of which this period need not show any; `whole` where each has a whole of its own. */
function partsOf(board: Board, { definition: { id }, parts }: Figure): { whole: boolean; names: Record<string, string> } {
  const { status, level, covered, age, unknown, points } = t.value
  switch (id) {
    case 'collected': return { whole: false, names: status }
    case 'by_category': return { whole: true, names: board.categories }
    case 'by_level': return { whole: true, names: level }
    case 'on_time': return { whole: true, names: level }
    case 'by_group': return { whole: true, names: Object.fromEntries(parts.map(({ part }) => [part, part === 'unknown' ? unknown : age(part)])) }
    case 'satisfaction': return { whole: false, names: Object.fromEntries(['1', '2', '3', '4', '5'].map((part) => [part, points(part)])) }
    case 'coverage': return { whole: false, names: covered }
    case 'household_coverage': return { whole: false, names: covered }
    default: return { whole: false, names: {} }
  }
}

/** Everything that may fill a cell of a template: what a report tells beside its figures, each figure, its sides and its parts. */
export function choices(board: Board): Choice[] {
  const { frame, side, of, whole } = t.value.template
  const beside = (Object.keys(frame) as (keyof typeof frame)[]).map((value) => ({ value, label: frame[value] }))
  return [...beside, ...board.figures.flatMap((figure) => ofFigure(figure))]

  function ofFigure(figure: Figure): Choice[] {
    const { id, name, unit } = figure.definition
    const called = inWords(name)
    const has = { denominator: Boolean(figure.definition.denominator), p50: unit === 'days', p90: unit === 'days' }
    const sides = (Object.keys(side) as (keyof typeof side)[])
      .filter((one) => !(one in has) || has[one as keyof typeof has])
      .map((one) => ({ value: `${id}.${one}`, label: of(called, side[one]) }))
    const divided = partsOf(board, figure)
    const parts = Object.entries(divided.names).flatMap(([part, label]) => {
      const counted = { value: `${id}.part.${part}`, label: of(called, label) }
      return divided.whole ? [counted, { value: `${id}.part.${part}.of`, label: of(called, whole(label)) }] : [counted]
    })
    return [{ value: id, label: called }, ...sides, ...parts]
  }
}

/** The names of a template, each once, with the cells that it stands in. */
export function namesOf(template: Template) {
  const names = new Map<string, { name: string; named: boolean; field: string; cells: string[] }>()
  for (const { name, named, field, sheet, cell } of template.cells) {
    const one = names.get(name) ?? { name, named, field: field ?? '', cells: [] }
    one.cells.push(t.value.template.cell(sheet, cell))
    one.named &&= named
    names.set(name, one)
  }
  return [...names.values()]
}
