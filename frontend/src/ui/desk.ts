/** Whether list and detail lie side by side: wide enough, and not in large text, which is one column. */
export const isDesk = (): boolean => window.matchMedia('(min-width: 60rem)').matches && !document.documentElement.classList.contains('elder')
