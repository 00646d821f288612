/** What can be ticked: its id, and what is shown for it. */
export type CheckOption = readonly [id: string, words: string];
