import { effectScope, ref } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { useOpening } from './useOpening'

const page = { render: () => null }
const timer = (ms: number) => new Promise((done) => setTimeout(done, ms))
/** Once what was to happen later has: its own timer is set before the first of these ends, and is shorter than the second. */
const soon = () => timer(0).then(() => timer(5))

/** A desk, and a room beside it that is entered when `arrive` is called. */
async function desk() {
  const arrivals: (() => void)[] = []
  const slow = () => new Promise<typeof page>((arrive) => arrivals.push(() => arrive(page)))
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/desk', component: page },
      { path: '/room', component: slow },
      { path: '/other', component: slow },
    ],
  })
  await router.push('/desk')
  const first = ref<string>()
  const open = vi.fn()
  const scope = effectScope()
  scope.run(() => useOpening(router, () => (router.currentRoute.value.path === '/desk' ? first.value : undefined), open))
  return { router, first, open, arrive: () => arrivals.shift()?.(), end: () => scope.stop() }
}

describe('What lies open on a desk', () => {
  const ends: (() => void)[] = []
  afterEach(() => ends.splice(0).forEach((end) => end()))
  const start = async () => {
    const one = await desk()
    ends.push(one.end)
    return one
  }

  it('is the first job, as soon as there is one', async () => {
    const { first, open } = await start()
    await soon()
    expect(open).not.toHaveBeenCalled()
    first.value = 'a'
    await soon()
    expect(open).toHaveBeenCalledExactlyOnceWith('a')
  })

  it('does not call back who is on the way elsewhere', async () => {
    const { router, first, open, arrive } = await start()
    const way = router.push('/room')
    await soon()
    first.value = 'a'
    await soon()
    arrive()
    await way
    await soon()
    expect(open).not.toHaveBeenCalled()
    expect(router.currentRoute.value.path).toBe('/room')
  })

  it('does not call back who clicked in the very moment in which the job came', async () => {
    const { router, first, open, arrive } = await start()
    first.value = 'a'
    await Promise.resolve()
    const way = router.push('/room')
    await soon()
    arrive()
    await way
    await soon()
    expect(open).not.toHaveBeenCalled()
  })

  it('waits for the second way where the first was given up for it', async () => {
    const { router, first, open, arrive } = await start()
    const given = router.push('/room')
    await soon()
    const way = router.push('/other')
    await soon()
    first.value = 'a'
    arrive()
    await given
    await soon()
    expect(open).not.toHaveBeenCalled()
    arrive()
    await way
    await soon()
    expect(open).not.toHaveBeenCalled()
  })
})
