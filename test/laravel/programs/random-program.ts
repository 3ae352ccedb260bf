import fc from "../../support/fast-check.ts";

/** Expressions by what they give, so that most programs do not end in an error of PHP. */
const { text, number, list } = fc.letrec<{ text: string; number: string; list: string }>((tie) => {
  const variable = fc.constantFrom("$a", "$b", "$c['x']", "$c['y'][0]", "$nope");
  const literal = fc.constantFrom(
    "''",
    "'a'",
    "'10'",
    "'1e1'",
    "' 7 '",
    "'abc'",
    "'größe'",
    '"x\\ty"',
    "'a,b,,c'",
    "'0'",
    '"{$a}z"',
  );
  const version = fc.constantFrom(
    "''",
    "'1'",
    "'1.0'",
    "'1.0.0-rc.1'",
    "'8.2'",
    "'8.10'",
    "'1.0beta'",
    "'1.0-dev'",
    "'a'",
  );
  const int = fc.constantFrom(
    "0",
    "1",
    "-3",
    "7",
    "10",
    "255",
    "2.5",
    "0.1",
    "1e3",
    "true",
    "null",
    "PHP_INT_MAX",
  );
  const [t, n, l] = [tie("text"), tie("number"), tie("list")];
  const template = (strings: TemplateStringsArray, ...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.tuple(...parts).map((values) =>
      strings.reduce((all, piece, index) => all + (values[index - 1] ?? "") + piece)
    );
  return {
    text: fc.oneof(
      { maxDepth: 4 },
      literal,
      // What is an array by then is no text.
      variable.map((each) => `(is_array(${each}) ? 'list' : ${each})`),
      template`(${t} . ${fc.oneof(t, n)})`,
      template`strtoupper(${t})`,
      template`trim(${t}, ${literal})`,
      template`substr((string) ${t}, ${fc.constantFrom("0", "1", "-2")}, ${fc.constantFrom("1", "2", "-1")})`,
      template`str_replace(${t}, ${t}, ${t})`,
      template`implode(${literal}, ${l})`,
      template`ucwords(${t})`,
      template`strtr(${t}, ['a' => 'b', 'ab' => 'c'])`,
      template`preg_replace('/[^a-z0-9]+/i', '-', ${t})`,
      template`(${n} > ${n} ? ${t} : ${t})`,
      template`(${t} ?: ${t})`,
      template`($nope ?? ${t})`,
      template`Str::after(${t}, ${t})`,
      template`Str::before(${t}, ${t})`,
      template`(string) Str::of(${t})->trim()->append(${t})`,
      template`str_pad(${t}, ${fc.constantFrom("3", "8")}, '-', STR_PAD_BOTH)`,
      template`json_encode(${fc.oneof(n, l)})`,
      template`match (true) { ${n} > 1 => ${t}, default => ${t} }`,
      template`gettype(${fc.oneof(t, n, l)})`,
      template`sprintf('%s|%5d|%05.2f', ${t}, ${n}, ${n})`,
    ),
    number: fc.oneof(
      { maxDepth: 4 },
      int,
      template`(${n} + ${n})`,
      template`(${n} - ${n})`,
      template`(${n} * ${n})`,
      template`(${n} <=> ${n})`,
      template`(int) ${fc.oneof(t, n)}`,
      template`(float) ${fc.oneof(t, n)}`,
      template`(bool) ${fc.oneof(t, n, l)}`,
      template`strlen(${t})`,
      template`count(${l})`,
      template`array_sum(${l})`,
      template`(${fc.oneof(t, n)} == ${fc.oneof(t, n)})`,
      template`(${fc.oneof(t, n)} === ${fc.oneof(t, n)})`,
      template`(${t} <=> ${t})`,
      template`(strcmp(${t}, ${t}) <=> 0)`,
      template`preg_match('/^[a-c]+$/', ${t})`,
      template`intval(${t})`,
      template`abs(${n})`,
      template`in_array(${fc.oneof(t, n)}, ${l})`,
      template`isset(${variable})`,
      template`empty(${variable})`,
      template`is_numeric(${fc.oneof(t, n)})`,
      template`version_compare(${version}, ${version})`,
      template`filter_var(${t}, FILTER_VALIDATE_INT)`,
    ),
    list: fc.oneof(
      { maxDepth: 3 },
      template`[${t}, ${n}]`,
      template`['x' => ${t}, 'y' => ${n}, ${t}]`,
      template`explode(',', ${t})`,
      template`array_merge(${l}, ${l})`,
      template`(${l} + ${l})`,
      template`array_filter(${l})`,
      template`array_values(${l})`,
      template`array_unique(array_map('strval', ${l}))`,
      template`array_slice(${l}, ${fc.constantFrom("0", "1", "-1")})`,
      template`array_reverse(${l})`,
      template`array_map(fn ($v) => [$v, ${t}], ${l})`,
      template`preg_split('/[,;]/', ${t})`,
      template`array_keys(${l})`,
      template`[...${l}, ...${l}]`,
      template`collect(${l})->map(fn ($v, $k) => "$k")->values()->all()`,
      template`array_combine(array_keys(${l}), array_keys(${l}))`.map((each) =>
        each.startsWith("array_combine") ? "range(1, 3)" : each
      ),
      template`array_fill_keys(['p', ${t}], ${n})`,
    ),
  };
});

export const value = fc.oneof(text, number, list);
const statement = fc.oneof(
  value.map((each) => `$a = ${each};`),
  value.map((each) => `$c['x'] = ${each};`),
  text.map((each) => `$b .= ${each};`),
  fc.tuple(number, value, value).map(([test, yes, no]) =>
    `if (${test}) { $a = ${yes}; } else { $c['y'][] = ${no}; }`
  ),
  fc.tuple(list, value).map(([each, inner]) =>
    `foreach (${each} as $k => $v) { if ($k === 1) { continue; } $c[$k] = ${inner}; }`
  ),
  value.map((each) => `for ($i = 0; $i < 3; $i++) { $c['n'][$i] = ${each}; if ($i == 1) { break; } }`),
  fc.tuple(text, value).map(([subject, each]) =>
    `switch (${subject}) { case 'a': $a = 1; case '10': $a = ${each}; break; default: $b = 'd'; }`
  ),
  value.map((each) =>
    `try { $a = intdiv(5, (int) ${
      each === "" ? "0" : "$a"
    }); } catch (DivisionByZeroError | TypeError $e) { $a = 'caught'; }`
  ),
  fc.tuple(list, value).map(([each, inner]) => `[$a, $z] = [${inner}, ${each}];`),
);

/** The statements of a config file that returns all its variables; none of them reads a file or depends on time. */
export const randomProgram: fc.Arbitrary<string> = fc.array(statement, { minLength: 1, maxLength: 5 }).map((
  statements,
) => `$a = '5'; $b = 'b'; $c = ['x' => 1]; ${statements.join(" ")} return [$a, $b, $c];`);
