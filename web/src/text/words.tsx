import { createContext, lazy, useContext, type Component, type JSX } from 'solid-js';
import type { BuyerText } from './en-buyer.ts';
import { readBuyerText } from './read.ts';

const WordsContext = createContext<BuyerText>();

/** The words for buyers, or undefined on a page for everybody, which does not load them. */
export function useWordsIfAny(): BuyerText | undefined {
  return useContext(WordsContext);
}

/** The words for buyers. Throws TypeError on a page that was not made with `buyerPage`. */
export function useWords(): BuyerText {
  const words = useWordsIfAny();
  if (!words) throw new TypeError('useWords needs a page made with buyerPage');
  return words;
}

/** A page that loads when it is first opened, together with the words for buyers in `locale`. */
export function buyerPage(locale: string, open: () => Promise<Component>): Component {
  return lazy(async () => {
    const [Page, words] = await Promise.all([open(), readBuyerText(locale)]);
    const WordedPage = (): JSX.Element => (
      <WordsContext.Provider value={words}>
        <Page />
      </WordsContext.Provider>
    );
    return { default: WordedPage };
  });
}
