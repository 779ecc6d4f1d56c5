import { createContext, lazy, useContext, type Component, type JSX } from 'solid-js';
import type { BuyerText } from './en-buyer.ts';
import { readBuyerText } from './read.ts';

const WordsContext = createContext<BuyerText>();

/** The words for buyers, or undefined on a page for everybody, which does not load them. */
export function useWordsIfAny(): BuyerText | undefined {
  return useContext(WordsContext);
}

/** The words for buyers. Throws TypeError in a component that was not made with `worded`. */
export function useWords(): BuyerText {
  const words = useWordsIfAny();
  if (!words) throw new TypeError('useWords needs a component made with worded');
  return words;
}

/** Opens a component together with the words for buyers in `locale`, for `lazy`. */
export function worded<Props extends object>(
  locale: string,
  open: () => Promise<Component<Props>>,
): () => Promise<{ default: Component<Props> }> {
  return async () => {
    const [Inner, words] = await Promise.all([open(), readBuyerText(locale)]);
    const Worded = (props: Props): JSX.Element => (
      <WordsContext.Provider value={words}>
        <Inner {...props} />
      </WordsContext.Provider>
    );
    return { default: Worded };
  };
}

/** A page that loads when it is first opened, together with the words for buyers in `locale`. */
export function buyerPage(locale: string, open: () => Promise<Component>): Component {
  return lazy(worded(locale, open));
}
