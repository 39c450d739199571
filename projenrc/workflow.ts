import { github } from 'projen';

/** One workflow, which runs the same script as everybody else. */
export function addWorkflow(gh: github.GitHub): void {
  const workflow = gh.addWorkflow('build');
  workflow.on({ push: { branches: ['main'] }, pullRequest: {}, workflowDispatch: {} });
  workflow.addJob('build', {
    runsOn: ['ubuntu-latest'],
    permissions: { contents: github.workflows.JobPermission.READ },
    strategy: { failFast: false, matrix: { domain: { node: ['20', '22', '24'] } } },
    steps: [
      github.WorkflowSteps.checkout(),
      { uses: 'actions/setup-node@v6', with: { 'node-version': '${{ matrix.node }}' } },
      { run: '.ci/run' },
    ],
  });
}
