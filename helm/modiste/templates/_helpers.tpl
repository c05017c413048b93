{{/*
Labels of an object: (list $ name component).
*/}}
{{- define "modiste.labels" -}}
{{- $root := index . 0 -}}
helm.sh/chart: {{ $root.Chart.Name }}-{{ $root.Chart.Version | replace "+" "_" }}
{{ include "modiste.podLabels" (rest .) }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
{{- end }}

{{/*
Labels of Pods, which a new version of the chart alone does not change: (list name component).
*/}}
{{- define "modiste.podLabels" -}}
app.kubernetes.io/name: {{ index . 0 }}
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/part-of: modiste
{{- end }}

{{/*
A container's image: (list $ name), the name as under `images`.
*/}}
{{- define "modiste.image" -}}
{{- $root := index . 0 -}}
{{- $image := get $root.Values.images (index . 1) -}}
image: {{ $image.repository }}:{{ $image.tag | default $root.Chart.AppVersion }}{{ with $image.digest }}@{{ . }}{{ end }}
{{- with $root.Values.images.pullPolicy }}
imagePullPolicy: {{ . }}
{{- end }}
{{- end }}

{{/*
Secrets for pulling images, in a ServiceAccount: $.
*/}}
{{- define "modiste.pullSecrets" -}}
{{- with .Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{/*
A Pod's securityContext for the restricted Pod Security Standard: the user's id.
*/}}
{{- define "modiste.podSecurity" -}}
fsGroup: {{ . }}
runAsGroup: {{ . }}
runAsNonRoot: true
runAsUser: {{ . }}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/*
A container's securityContext for the same standard.
*/}}
{{- define "modiste.containerSecurity" -}}
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
readOnlyRootFilesystem: true
{{- end }}

{{/*
Requests and limits of a container that gets GPUs where there are any: (list $ resources).
*/}}
{{- define "modiste.gpuResources" -}}
{{- $values := (index . 0).Values -}}
{{- $resources := deepCopy (index . 1) -}}
{{- if $values.gpu.enabled -}}
{{- range (list "requests" "limits") -}}
{{- $_ := set (get $resources .) $values.gpu.resource $values.gpu.count -}}
{{- end -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end }}

{{/*
Where a Pod with such a container may run: (list $ scheduling).
*/}}
{{- define "modiste.gpuScheduling" -}}
{{- $values := (index . 0).Values -}}
{{- $scheduling := deepCopy (index . 1) -}}
{{- if $values.gpu.enabled -}}
{{- $taint := dict "key" $values.gpu.resource "operator" "Exists" "effect" "NoSchedule" -}}
{{- $_ := set $scheduling "tolerations" (append (default list $scheduling.tolerations) $taint) -}}
{{- end -}}
{{- with $scheduling -}}
{{- toYaml . -}}
{{- end -}}
{{- end }}

{{/*
The database's address, by reference: $.
*/}}
{{- define "modiste.databaseEnv" -}}
- name: MODISTE_DATABASE_URL
  valueFrom:
    secretKeyRef: {name: {{ .Values.database.existingSecret }}, key: {{ .Values.database.urlKey }}}
{{- end }}

{{/*
Annotations of a ServiceAccount that uses the object store: $.
*/}}
{{- define "modiste.identity" -}}
{{- with .Values.objectStore.serviceAccountAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
The object store's credentials, by reference; none where the service account is who may: $.
*/}}
{{- define "modiste.objectStoreEnv" -}}
{{- if .Values.objectStore.existingSecret -}}
- name: AWS_ACCESS_KEY_ID
  valueFrom:
    secretKeyRef: {name: {{ .Values.objectStore.existingSecret }}, key: AWS_ACCESS_KEY_ID}
- name: AWS_SECRET_ACCESS_KEY
  valueFrom:
    secretKeyRef: {name: {{ .Values.objectStore.existingSecret }}, key: AWS_SECRET_ACCESS_KEY}
{{- end }}
{{- end }}

{{/*
TCP ports of a NetworkPolicy: a list of numbers.
*/}}
{{- define "modiste.ports" -}}
{{- range . }}
- {protocol: TCP, port: {{ . }}}
{{- end }}
{{- end }}

{{/*
The Pods of any generation's Triton, as KServe labels them.
*/}}
{{- define "modiste.predictors" -}}
matchLabels: {component: predictor}
matchExpressions:
  - {key: serving.kserve.io/inferenceservice, operator: Exists}
{{- end }}

{{/*
The steps of a pipeline, in this namespace and in those that are labelled for it.
*/}}
{{- define "modiste.pipelineSteps" -}}
- podSelector:
    matchLabels: {pipelines.kubeflow.org/v2_component: "true"}
- namespaceSelector:
    matchLabels: {modiste/pipelines: "true"}
  podSelector:
    matchLabels: {pipelines.kubeflow.org/v2_component: "true"}
{{- end }}

{{/*
The Pods of PostgreSQL.
*/}}
{{- define "modiste.databasePods" -}}
matchLabels: {app.kubernetes.io/name: postgres}
{{- end }}

{{/*
Egress to the database: one of this release's, or wherever else it is: $.
*/}}
{{- define "modiste.toDatabase" -}}
- ports:
    {{- include "modiste.ports" (list .Values.database.port) | nindent 4 }}
  {{- if or .Values.postgresql.enabled .Values.cloudnativePg.enabled }}
  to:
    - podSelector:
        {{- include "modiste.databasePods" . | nindent 8 }}
  {{- end }}
{{- end }}

{{/*
Egress to the Triton of any generation: its ports.
*/}}
{{- define "modiste.toPredictors" -}}
- to:
    - podSelector:
        {{- include "modiste.predictors" . | nindent 8 }}
  ports:
    {{- include "modiste.ports" . | nindent 4 }}
{{- end }}

{{/*
Who may use the API: $.
*/}}
{{- define "modiste.accessEnv" -}}
{{- if not .Values.auth.enabled }}
- {name: MODISTE_ALLOW_INSECURE, value: "1"}
{{- else }}
{{- if .Values.auth.existingSecret }}
- {name: MODISTE_API_KEYS_FILE, value: /etc/modiste/keys/keys.json}
{{- end }}
{{- if .Values.auth.jwt.issuer }}
- {name: MODISTE_JWT_ISSUER, value: {{ .Values.auth.jwt.issuer | quote }}}
- {name: MODISTE_JWT_AUDIENCE, value: {{ .Values.auth.jwt.audience | quote }}}
{{- with .Values.auth.jwt.jwksUrl }}
- {name: MODISTE_JWT_JWKS_URL, value: {{ . | quote }}}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Encoders of a generation on different nodes where there are any: (list generation component).
*/}}
{{- define "modiste.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        serving.kserve.io/inferenceservice: item-embedding-{{ index . 0 }}
        component: {{ index . 1 }}
{{- end }}
