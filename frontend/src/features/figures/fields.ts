import { t } from './messages'
import type { Board, Figure, Template } from './queries'
import { inWords } from './show'

export interface Choice {
  value: string
  label: string
}

/** Everything that may fill a cell of a template: what a report tells beside its figures, each figure, its sides and its parts. */
export function choices(board: Board, partName: (figure: Figure, part: string) => string): Choice[] {
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
    const parts = figure.parts.flatMap(({ part, denominator }) => {
      const label = partName(figure, part)
      const counted = { value: `${id}.part.${part}`, label: of(called, label) }
      return denominator === undefined || denominator === null ? [counted] : [counted, { value: `${id}.part.${part}.of`, label: of(called, whole(label)) }]
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
