import type { Role } from '@/domain/types'
import type { Queue } from '@/domain/work/queue'
import type { IconName } from '@/ui/icons'
import type { TitleKey } from './messages'

declare module 'vue-router' {
  interface RouteMeta {
    titleKey?: TitleKey
    /** Who may come in: anyone when absent. The API decides in the end; this only spares a person a dead end. */
    roles?: 'signed-in' | readonly Role[]
    /** The header belongs to the night scene below it. */
    night?: boolean
    /** Its place in the workers' rail. */
    nav?: { icon: IconName; roles?: readonly Role[] }
    /** One job of this queue on the worker's desk, or the desk itself. */
    queue?: Queue
  }
}
