{# Delta commits a merge that changes nothing, and rewrites every file it matched. So for a model with `meta.slice_by`
   the changed rows are found first, and only they are merged: no change, no version. The slice is every value of that
   column, or those of the variable `months`; rows that left the slice are deleted. #}
{% macro spark__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) %}
  {% set slice_by = (config.get('meta') or {}).get('slice_by') %}
  {% if slice_by is none %}
    {{ return(dbt_spark.spark__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates)) }}
  {% endif %}
  {% set changes = 'lakeproof_changes_' ~ target.identifier %}
  {% set slice = lakeproof_slice(slice_by) %}
  {% set names = adapter.get_columns_in_relation(target) | map(attribute='name') | list %}
  {% do run_query('drop view if exists ' ~ changes) %}
  {% do run_query('cache table ' ~ changes ~ ' as ' ~ lakeproof_changes_sql(target, source, unique_key, names, slice)) %}
  {% set changed = run_query('select count(*) from ' ~ changes).rows[0][0] %}
  {% if changed > 0 %}
    {% do run_query(lakeproof_merge_sql(target, changes, unique_key, names, slice)) %}
  {% endif %}
  {% do run_query('drop view if exists ' ~ changes) %}
  select {{ changed }} as changed_rows
{% endmacro %}

{% macro lakeproof_slice(column) %}
  {% set months = var('months', []) %}
  {{ return(column ~ " in ('" ~ months | join("', '") ~ "')" if months else 'true') }}
{% endmacro %}

{% macro lakeproof_changes_sql(target, source, key, names, slice) %}
  select
    coalesce(s.{{ key }}, d.{{ key }}) as lakeproof_key,
    s.{{ key }} is null as lakeproof_gone,
    s.*
  from {{ source }} as s
  full outer join (select * from {{ target }} where {{ slice }}) as d on s.{{ key }} = d.{{ key }}
  where not ({% for name in names %}s.`{{ name }}` <=> d.`{{ name }}`{{ ' and ' if not loop.last }}{% endfor %})
{% endmacro %}

{% macro lakeproof_merge_sql(target, changes, key, names, slice) %}
  merge into {{ target }} as d using {{ changes }} as s
  on d.{{ key }} = s.lakeproof_key{% if slice != 'true' %} and d.{{ slice }}{% endif %}

  when matched and s.lakeproof_gone then delete
  when matched then update set {% for name in names %}d.`{{ name }}` = s.`{{ name }}`{{ ', ' if not loop.last }}{% endfor %}

  when not matched then insert ({% for name in names %}`{{ name }}`{{ ', ' if not loop.last }}{% endfor %})
  values ({% for name in names %}s.`{{ name }}`{{ ', ' if not loop.last }}{% endfor %})
{% endmacro %}
