import { onBeforeUnmount, onMounted, ref, shallowRef } from 'vue'
import { NotAPhoto, shrink, TooLarge } from '@/data/shrink'
import { openOutbox } from '@/offline/outbox'
import { type Photo, PICKED } from '@/offline/shelf'

export interface Picked {
  id: string
  url: string
}
export type WhyNot = 'not_a_photo' | 'too_large' | 'many' | ''

export const MOST = 12

/**
 * The photos of the form. They are put aside as soon as they are picked: a telephone often throws the page away while its
 * camera is open. `of` names the one of the outbox to which they belong, if there is one.
 */
export function usePicked(user: string, of: () => string) {
  const photos = shallowRef<readonly Picked[]>([])
  const busy = ref(false)
  const why = ref<WhyNot>('')

  const show = (list: readonly Photo[]): void => {
    hide()
    photos.value = list.map(({ id, blob }) => ({ id, url: URL.createObjectURL(blob) }))
  }
  const hide = (): void => {
    for (const { url } of photos.value) URL.revokeObjectURL(url)
    photos.value = []
  }

  /** Those of one of the outbox that is opened again, or those of the form. */
  async function load(): Promise<void> {
    show(await (await openOutbox(user)).shelf.photosOf(of()))
  }

  async function pick(files: readonly File[]): Promise<void> {
    why.value = ''
    busy.value = true
    try {
      const { shelf } = await openOutbox(user)
      for (const file of files) {
        if (photos.value.length >= MOST) return void (why.value = 'many')
        const blob = await shrink(file)
        photos.value = [...photos.value, { id: await shelf.addPhoto(blob, of()), url: URL.createObjectURL(blob) }]
      }
    } catch (error) {
      if (error instanceof TooLarge) why.value = 'too_large'
      else if (error instanceof NotAPhoto) why.value = 'not_a_photo'
      else throw error
    } finally {
      busy.value = false
    }
  }

  async function drop({ id, url }: Picked): Promise<void> {
    photos.value = photos.value.filter((one) => one.id !== id)
    URL.revokeObjectURL(url)
    await (await openOutbox(user)).shelf.dropPhoto(id)
  }

  /** The form begins anew: what was picked for it and not taken along goes. */
  async function clear(): Promise<void> {
    hide()
    const { shelf } = await openOutbox(user)
    for (const { id } of await shelf.photosOf(PICKED)) await shelf.dropPhoto(id)
  }

  onMounted(() => void load())
  onBeforeUnmount(hide)
  return { photos, busy, why, load, pick, drop, clear }
}
