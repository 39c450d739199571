// Runs in a worker of its own: two versions of the CDK in one process share global state of different shapes.
const { parentPort, workerData } = require('node:worker_threads');
const { CloudFormationValidatePlugin } = require('aws-cdk-lib-latest/core');

parentPort.postMessage(new CloudFormationValidatePlugin().validate(workerData));
