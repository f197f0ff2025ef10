import { queries } from './cache'

/**
 * What every act of a worker has in common: wish, claims and escalations hang together, so all of them are asked
 * again, with what waits. Also after a refusal: it often means that someone else was quicker.
 */
export async function act<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    for (const key of ['wishes', 'claims', 'escalations', 'tasks']) void queries.invalidateQueries({ queryKey: [key] })
  }
}
