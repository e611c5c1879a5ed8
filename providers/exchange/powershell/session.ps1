# What every PowerShell session of the product starts with: it runs one call and answers with one line that nothing else can be
# taken for. Runs on Windows PowerShell 5.1 and PowerShell 7.

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Console]::Out.NewLine = [string][char]10
[Console]::Error.NewLine = [string][char]10

# Exchange's own types (enumerations, addresses, sizes) have no form in JSON: they become the text that an administrator sees.
function ConvertTo-SiuValue($Value) {
  if ($null -eq $Value) { return $null }
  if ($Value -is [string]) { return [string]$Value }
  if ($Value -is [bool] -or $Value -is [int] -or $Value -is [long] -or $Value -is [double]) { return $Value }
  if ($Value -is [datetime]) { return $Value.ToUniversalTime().ToString('o') }
  if ($Value -is [Collections.IEnumerable]) {
    $items = @(foreach ($each in $Value) { ConvertTo-SiuValue $each })
    return , $items
  }
  return [string]$Value
}

function Invoke-Siu([scriptblock] $Call) {
  $rows = [Collections.Generic.List[object]]::new()
  $warnings = [Collections.Generic.List[object]]::new()
  $answer = @{ value = $rows; warnings = $warnings }
  try {
    foreach ($each in @(& $Call 3>&1)) {
      if ($each -is [Management.Automation.WarningRecord]) {
        $warnings.Add($each.Message)
      } else {
        $row = @{}
        foreach ($property in $each.PSObject.Properties) { $row[$property.Name] = ConvertTo-SiuValue $property.Value }
        $rows.Add($row)
      }
    }
  } catch {
    $answer.error = @{
      type = $_.Exception.GetType().FullName
      reason = [string]$_.CategoryInfo.Reason
      message = $_.Exception.Message
    }
  }
  $json = ConvertTo-Json -InputObject $answer -Depth 5 -Compress
  'SIU:' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($json))
}
