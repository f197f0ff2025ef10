import type { Organisation } from '@/domain/types'

export interface Node {
  organisation: Organisation
  children: Node[]
}

/** A flat list as the tree it is; those whose parent is not in the list stand at the top. */
export function treeOf(list: readonly Organisation[]): Node[] {
  const nodes = new Map(list.map((organisation) => [organisation.id, { organisation, children: [] } as Node]))
  const roots: Node[] = []
  for (const node of nodes.values()) {
    const parent = node.organisation.parent_id ? nodes.get(node.organisation.parent_id) : undefined
    ;(parent?.children ?? roots).push(node)
  }
  return roots
}

/** An organisation and all below it. */
export function below(list: readonly Organisation[], id: string): Set<string> {
  const found = new Set([id])
  // Each round reaches one level further down.
  for (let size = 0; size !== found.size; ) {
    size = found.size
    for (const one of list) if (one.parent_id && found.has(one.parent_id)) found.add(one.id)
  }
  return found
}

/** Where it may be moved: anywhere but to itself or below itself. */
export const newParents = (list: readonly Organisation[], id: string): Organisation[] => {
  const own = below(list, id)
  return list.filter((one) => !own.has(one.id))
}
