{# Governed properties, and a contract's not_null and check constraints, go into the statement that creates the table:
   they hold from its first row, and cost no commit of their own. #}
{% macro spark__tblproperties_clause() %}
  {%- set properties = {} -%}
  {%- do properties.update(lakeproof_given('properties', {})) -%}
  {%- do properties.update(config.get('tblproperties') or {}) -%}
  {%- do properties.update(lakeproof_constraints()) -%}
  {%- if properties %}
    tblproperties (
      {%- for key, value in properties.items() -%}
      '{{ key }}' = '{{ value | string | replace("'", "\\'") }}' {% if not loop.last %}, {% endif %}
      {%- endfor %}
    )
  {%- endif %}
{% endmacro %}

{% macro lakeproof_constraints() %}
  {% set found = {} %}
  {% if config.get('contract').enforced %}
    {% for column in model.columns.values() %}
      {% for constraint in column.constraints or [] %}
        {% set name = (constraint.name or column.name ~ '_' ~ constraint.type) | lower %}
        {% if constraint.type == 'not_null' %}
          {% do found.update({'delta.constraints.' ~ name: column.name ~ ' is not null'}) %}
        {% elif constraint.type == 'check' %}
          {% do found.update({'delta.constraints.' ~ name: constraint.expression}) %}
        {% endif %}
      {% endfor %}
    {% endfor %}
    {% for constraint in model.constraints or [] %}
      {% if constraint.type == 'check' %}
        {% set name = (constraint.name or 'check_' ~ loop.index) | lower %}
        {% do found.update({'delta.constraints.' ~ name: constraint.expression}) %}
      {% elif constraint.type == 'not_null' %}
        {% for column in constraint.columns %}
          {% do found.update({'delta.constraints.' ~ (column | lower) ~ '_not_null': column ~ ' is not null'}) %}
        {% endfor %}
      {% endif %}
    {% endfor %}
  {% endif %}
  {{ return(found) }}
{% endmacro %}

{% macro spark__persist_constraints(relation, model) %}
{% endmacro %}

{# dbt-spark commits once per column per run. Descriptions of columns go into the record instead. #}
{% macro spark__persist_docs(relation, model, for_relation, for_columns) %}
{% endmacro %}

{# dbt-spark drops a seed's table, and with it every version somebody may have pinned. #}
{% macro spark__reset_csv_table(model, full_refresh, old_relation, agate_table) %}
  {{ return(create_csv_table(model, agate_table)) }}
{% endmacro %}

{% macro spark__create_csv_table(model, agate_table) %}
  {%- set types = model['config'].get('column_types', {}) -%}
  {%- set quoted = model['config'].get('quote_columns', none) -%}
  {% set sql %}
    create or replace table {{ this.render() }} (
      {%- for name in agate_table.column_names -%}
        {%- set inferred = adapter.convert_type(agate_table, loop.index0) -%}
        {{ adapter.quote_seed_column(name | string, quoted) }} {{ types.get(name, inferred) }}
        {%- if not loop.last %}, {% endif -%}
      {%- endfor -%}
    )
    {{ file_format_clause() }}
    {{ tblproperties_clause() }}
    {{ partition_cols(label="partitioned by") }}
    {{ comment_clause() }}
  {% endset %}
  {% call statement('_') %}{{ sql }}{% endcall %}
  {{ return(sql) }}
{% endmacro %}
