// Asks axe-core for what keeps people out, and answers with a sentence for each: (done).
const [done] = arguments;

axe
  .run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
  .then(({ violations }) =>
    violations
      .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
      .flatMap((violation) =>
        violation.nodes.map((node) => `${violation.impact}: ${violation.id} at ${node.target.join(' ')}: ${node.failureSummary}`),
      ),
  )
  .then(done, (error) => done([`axe could not look: ${error}`]));
