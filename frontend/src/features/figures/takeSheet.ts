import { me } from '@/session/session'
import { download } from '@/ui/download'
import { say } from '@/ui/toast'
import { t } from './messages'
import type { Board } from './queries'
import type { Table } from './tables'

/** As files are dated, with the year. */
const dated = (at: string | number): string => new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' }).format(new Date(at))

/** Tables of a board as a spreadsheet among the downloads. */
export async function takeSheet(name: string, board: Board, tables: readonly Table[]): Promise<void> {
  const heading = {
    organisation: t.value.sheet.below(board.organisation.name),
    covers: t.value.sheet.covers(board.from, board.to, dated(board.as_of)),
    compiler: me.value?.user.display_name ?? '',
    made: dated(Date.now()),
  }
  try {
    const { toXlsx } = await import('./toXlsx')
    download(await toXlsx(tables, heading), `${name} ${board.from}—${board.to}.xlsx`)
    say(t.value.sheet.saved)
  } catch {
    say(t.value.take.notSaved)
  }
}
