/* The lines that only root may type, at the computer that runs garaged: every one that the page shows. Pure. */

/** What a line is about where there are several cars; nothing where there is one. */
function carOption(car: string | null): string {
  return car === null ? '' : ` --car ${car}`;
}

export const LINES = {
  pair: 'sudo garagectl pair',
  addUser: (role: 'viewer' | 'driver') => `sudo garagectl user add NAME --role ${role} --password-stdin`,
  passwd: 'sudo garagectl user passwd NAME --password-stdin',
  removeUser: 'sudo garagectl user remove NAME',
  edit: 'sudo nano /etc/garaged/garaged.conf',
  restart: (car: string) => `sudo systemctl restart garaged garaged-car@${car}`,
  doctor: (car: string | null) => `sudo garagectl doctor${carOption(car)}`,
  ports: 'ls -l /dev/serial/by-id/',
  accept: (car: string) => `sudo garagectl car accept ${car}`,
  record: 'sudo garagectl record bus.log',
  broker: 'mqtt = { host = "192.168.1.5"; user = "garaged"; password_file = "/etc/garaged/mqtt.password"; };',
  brokerPassword: 'sudo install -o garaged -m 600 /dev/stdin /etc/garaged/mqtt.password',
  brokerHears: "mosquitto_sub -h 192.168.1.5 -u garaged -P PASSWORD -v -t 'garaged/#'",
  leafspy: (dry: boolean, car: string | null, miles: boolean) => `${dry ? '' : 'sudo '}garagectl import leafspy${dry ? ' --dry-run' : ''}${carOption(car)}${miles ? ' --odometer mi' : ''} Log_*.csv`,
  carwings: (dry: boolean, car: string | null, zone: string) => `${dry ? '' : 'sudo '}garagectl import carwings${dry ? ' --dry-run' : ''}${carOption(car)} --zone ${zone} trips.csv`,
  backup: 'sudo garagectl backup /mnt/usb/diary.db',
} as const;
