{# The runner puts the pins of a run into the node's meta; without a runner these are dbt's own ref and source. #}
{% macro ref() %}
  {{ return(lakeproof_pinned(builtins.ref(*varargs, **kwargs))) }}
{% endmacro %}

{% macro source() %}
  {{ return(lakeproof_pinned(builtins.source(*varargs, **kwargs))) }}
{% endmacro %}

{% macro lakeproof_pinned(relation) %}
  {% if not execute or relation.is_cte %}{{ return(relation) }}{% endif %}
  {% set pins = lakeproof_given('pins', {}) %}
  {% set version = pins.get(relation.schema ~ '.' ~ relation.identifier) %}
  {% if version is none %}{{ return(relation) }}{% endif %}
  {{ return(relation.incorporate(path={'identifier': relation.identifier ~ ' version as of ' ~ version})) }}
{% endmacro %}

{% macro lakeproof_given(key, default) %}
  {% set given = (model.get('config', {}).get('meta', {}) if model is mapping else {}).get('lakeproof', {}) %}
  {{ return(given.get(key, default)) }}
{% endmacro %}
