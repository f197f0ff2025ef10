import type { ConfirmationInput } from '@/data/claims'

export type Method = ConfirmationInput['method']

export interface Word {
  method: Method
  code: string
}

/** Read out in pairs, typed with spaces: only the digits count. */
export const digitsOf = (typed: string): string => typed.replace(/\D/g, '')

export const codeMissing = ({ method, code }: Word): boolean => method === 'code' && digitsOf(code).length !== 6

export const accepted = ({ method, code }: Word): ConfirmationInput => ({ accepted: true, method, ...(method === 'code' && { code: digitsOf(code) }) })

/** Sending back needs the resident's word too, and why. The code says yes and nothing else. */
export const sentBack = ({ method }: Word, note: string): ConfirmationInput => ({ accepted: false, method: method === 'code' ? 'call' : method, note })
