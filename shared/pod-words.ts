/** Name of the container that runs the task; KubernetesPodOperator's. */
export const baseContainer = 'base';

/** Name of the XCom sidecar; KubernetesPodOperator's, and the only sidecar that Cloud Composer 3 lets pass. */
export const xcomContainer = 'airflow-xcom-sidecar';

/** Name of the volume that carries the XCom value. */
export const xcomVolume = 'xcom';

/** Where that volume is mounted; KubernetesPodOperator's. */
export const xcomMountPath = '/airflow/xcom';
